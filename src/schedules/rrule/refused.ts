/** Text that dateutil refuses; the message is dateutil's. */
export class Refused extends Error {}
