/** The oldest Node that Treetop is tested on, and the one that Electron embeds. On Node 20 SQLite's binary ends the process without a word. */
const OLDEST = 24

/** Why Treetop cannot run on this Node (`process.versions.node`), in a sentence; null when it can. */
export function nodeFault(version: string): string | null {
  if (Number.parseInt(version) >= OLDEST) return null
  return `Treetop needs Node ${OLDEST} or newer, and this is Node ${version}: install that one from https://nodejs.org.`
}
