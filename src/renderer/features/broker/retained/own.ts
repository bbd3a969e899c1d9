/** Whether a topic is the broker's own: nobody else publishes to it. */
export function isOwn(topic: string): boolean {
  return /^\$SYS(?:\/|$)/.test(topic)
}
