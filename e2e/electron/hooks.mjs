// Runs an Electron main process on plain Node: `electron` is the stand-in beside this file, in TypeScript that Node strips.
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
