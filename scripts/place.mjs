// Paths of the project, and the pinned Node that these scripts run everything with.
import { existsSync, readFileSync } from 'node:fs'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')

const windows = process.platform === 'win32'

/** A project file by its path from the root. */
export const at = (...path) => join(root, ...path)

/** The Node of the `node` package: Node 24, regardless of the machine's own. */
export const pinnedNode = at('node_modules', 'node', 'bin', windows ? 'node.exe' : 'node')

/** The environment in which `node`, and so every tool of the project, is the pinned one. */
export const pinnedEnvironment = () => ({
  ...process.env,
  PATH: [dirname(pinnedNode), at('node_modules', '.bin'), process.env.PATH].join(delimiter)
})

/** A tool of node_modules/.bin as a command and its first arguments: the script, run by the pinned Node. */
export const tool = (packageName, script) => [pinnedNode, at('node_modules', packageName, script)]

export const electronIsInstalled = () => existsSync(at('node_modules', 'electron', 'path.txt'))

/** Electron's executable, if its binary is installed. */
export const electronCommand = () =>
  at('node_modules', 'electron', 'dist', readFileSync(at('node_modules', 'electron', 'path.txt'), 'utf8'))
