/** An action that could not be performed, for a reason that its automation's owner is told. It is not tried again. */
export class ActionFailed extends Error {}
