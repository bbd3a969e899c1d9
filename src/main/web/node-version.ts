/** The oldest Node that Treetop is tested on, and the one that Electron embeds. SQLite's binary crashes the process on Node 20. */
const OLDEST = 24

/** Returns a sentence if Treetop cannot run on this Node (`process.versions.node`), otherwise null. */
export function nodeFault(version: string): string | null {
  if (Number.parseInt(version) >= OLDEST) return null
  return `Treetop needs Node ${OLDEST} or newer, and this is Node ${version}: install that one from https://nodejs.org.`
}
