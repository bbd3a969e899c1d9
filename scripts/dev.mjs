// `npm run dev`: Electron with hot reload if its binary is installed, else browser mode: vite serves the page with hot reload, and the
// process is rebuilt and restarted when its sources change.
import { spawn } from 'node:child_process'
import { at, electronIsInstalled, pinnedEnvironment, pinnedNode, root, tool } from './place.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'

const PORT = '7884'
const TOKEN = 'development'

await ensureDependencies()
const [node, electronVite] = tool('electron-vite', 'bin/electron-vite.js')
if (electronIsInstalled()) {
  process.exitCode = await run(node, [electronVite, 'dev'])
} else {
  await ensureBuild()
  const rest = process.argv.slice(2)
  const children = [
    [node, [electronVite, 'build', '--logLevel', 'warn']],
    [
      pinnedNode,
      ['--watch', at('out', 'main', 'headless.js'), '--no-open', '--port', PORT, '--token', TOKEN, ...rest]
    ],
    [node, [at('node_modules', 'vite', 'bin', 'vite.js'), '--config', 'renderer.vite.config.ts']]
  ].map(([command, args]) =>
    spawn(command, args, {
      cwd: root,
      stdio: 'inherit',
      env: { ...pinnedEnvironment(), TREETOP_DEV: `http://127.0.0.1:${PORT}`, TREETOP_DEV_TOKEN: TOKEN }
    })
  )
  const end = () => {
    for (const child of children) child.kill()
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
