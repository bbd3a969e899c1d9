// Runs an Electron main process on plain Node: `electron` resolves to the stand-in beside this file; Node strips its types.
import { registerHooks } from 'node:module'

const folder = new URL('./', import.meta.url).href

registerHooks({
  resolve(specifier, context, next) {
    if (specifier === 'electron')
      return { url: `${folder}electron.ts`, format: 'module-typescript', shortCircuit: true }
    if (specifier.startsWith('./') && context.parentURL?.startsWith(folder) && !/\.\w+$/.test(specifier))
      return next(`${specifier}.ts`, context)
    return next(specifier, context)
  }
})
