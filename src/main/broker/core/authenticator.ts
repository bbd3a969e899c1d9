/** A step of an authentication: `data` goes to the client; once `done`, the client is `username`. */
export type AuthenticatorStep =
  { done: false; data: Buffer; username: null } | { done: true; data: Buffer; username: string }

/**
 * One exchange of an authentication method (MQTT 5.0, 4.12). Both methods throw Refusal, with 0x86 or 0x87 if the client is not who it
 * says it is.
 */
export interface Authenticator {
  begin(data: Buffer): AuthenticatorStep
  proceed(data: Buffer): AuthenticatorStep
}
