// `npm run dist`: packages Treetop for this machine, into dist/. electron-builder's own flags may follow: `-- --dir` stops before the
// installers, `-- --linux --x64 --arm64` names a system and processors. docs/PACKAGES.md describes the contents of the packages.
import { downloadFault, packagedFor } from './flags.mjs'
import { tool } from './place.mjs'
import { run } from './run.mjs'
import { ensureBuild, ensureDependencies } from './setup.mjs'
import { leftOut } from './signing.mjs'

async function main(argv) {
  // GitHub passes an unset secret as an empty variable, which electron-builder would take for a certificate.
  for (const [name, value] of Object.entries(process.env))
    if (value === '' && /^(?:WIN_)?CSC_|^APPLE_|^AZURE_|^TREETOP_MAINTAINER$/.test(name))
      delete process.env[name]
  await ensureDependencies()
  await ensureBuild()
  for (const platform of packagedFor(argv, process.platform))
    for (const sentence of leftOut(platform, process.env)) console.log(sentence)

  const [node, builder] = tool('electron-builder', 'cli.js')
  // Never publish: releasing is a maintainer's decision (.github/workflows/release.yml).
  const own = ['--config', 'electron-builder.config.ts', '--publish', 'never']
  let output = ''
  const code = await run(node, [builder, ...own, ...argv], { hear: (text) => (output += text) })
  const fault = code === 0 ? null : downloadFault(output)
  if (fault !== null)
    throw new Error(
      `Electron's own distribution, or a tool that makes installers, could not be downloaded (${fault}): ELECTRON_MIRROR and ELECTRON_BUILDER_BINARIES_MIRROR name other places, and \`-c.electronDist=FOLDER\` takes a distribution that is here already.`
    )
  return code
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code
  },
  (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
  }
)
