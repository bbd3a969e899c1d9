import { command, type Command } from './command'
import { broker } from './commands/broker'
import { completion } from './commands/completion'
import { exportMessages } from './commands/export'
import { importMessages } from './commands/import'
import { mcp } from './commands/mcp'
import { probe } from './commands/probe'
import { pub } from './commands/pub'
import { record } from './commands/record'
import { replay } from './commands/replay'
import { request } from './commands/request'
import { sub } from './commands/sub'
import { test } from './commands/test'

/** Every command, in the order of the help. A new one is a description in `commands/`, what does it beside this file, and its line here. */
export const commands: readonly Command[] = [
  command(pub, async () => (await import('./publish')).runPub),
  command(sub, async () => (await import('./subscribe')).runSub),
  command(request, async () => (await import('./request')).runRequest),
  command(record, async () => (await import('./record')).runRecord),
  command(exportMessages, async () => (await import('./export')).runExport),
  command(importMessages, async () => (await import('./import')).runImport),
  command(replay, async () => (await import('./replay')).runReplay),
  command(test, async () => (await import('./test')).runTest),
  command(broker, async () => (await import('./broker')).runBroker),
  command(probe, async () => (await import('./probe')).runProbe),
  command(mcp, async () => (await import('./mcp')).runMcp),
  command(completion, async () => (await import('./completion')).runCompletion)
]
