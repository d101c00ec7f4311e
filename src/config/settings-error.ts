/** Settings that the server cannot start with. The message is one sentence for the person who set them. */
export class SettingsError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'SettingsError'
  }
}
