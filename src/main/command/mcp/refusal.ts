/** What was asked for is not there, not possible or not allowed; the message tells the assistant why. */
export class Refusal extends Error {}
