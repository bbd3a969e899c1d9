import { dirname, resolve, sep } from 'node:path'
import { loadCheckFile, problemsOf, type Step } from './check-file'
import { StepFailure } from './failure'
import { steps as stepSchemas, type StepInput, type StepKind } from './format'
import { said } from './said'
import { Schemas } from './schemas'
import { BadFile } from './sentences'
import { DEFAULT_CLIENT } from './automatic'
import type { CheckSession } from './session'
import { connectStep, disconnectStep, expectEnd } from './step-connections'
import { expectMessages } from './step-expect'
import { httpStep } from './step-http'
import { publishStep, subscribeStep, unsubscribeStep } from './step-messages'
import { textOf } from './values'

/** Files that run files, at most. */
const MAX_DEPTH = 10

type Executors = { [K in StepKind]: (session: CheckSession, input: StepInput<K>) => Promise<void> }

const executors: Executors = {
  publish: publishStep,
  subscribe: subscribeStep,
  unsubscribe: unsubscribeStep,
  async connect(session, input) {
    await connectStep(session, input)
    const name = input.as ?? DEFAULT_CLIENT
    if (session.client(name).isConnected) await subscribeAutomatically(session, name)
  },
  disconnect: disconnectStep,
  wait: (session, milliseconds) => session.pulse.pause(milliseconds),
  expect: (session, input) =>
    input.kind === 'end' ? expectEnd(session, input) : expectMessages(session, input),
  http: httpStep,
  run: runStep
}

/** Does steps one after another. Throws StepFailure, whose `step` and `file` say where. */
export async function runSteps(session: CheckSession, steps: readonly Step[]): Promise<void> {
  for (const step of steps) {
    const began = Math.round((performance.timeOrigin + performance.now()) * 1_000)
    session.progress.at = { step, file: session.file, began }
    try {
      await runOne(session, step)
    } catch (error) {
      if (error instanceof StepFailure) error.failed ??= { step, file: session.file, began }
      throw error
    }
  }
}

async function runOne<K extends StepKind>(
  session: CheckSession,
  { kind, value, path }: Step & { kind: K }
): Promise<void> {
  const { file, scope } = session
  const read = stepSchemas[kind].safeParse(scope.expand(value, path))
  if (!read.success) {
    const [problem] = problemsOf(read.error, path, file.shown, file.lineOf)
    throw new StepFailure(problem!.sentence, {
      path: [
        ...path,
        ...read.error.issues[0]!.path.map((key) => (typeof key === 'number' ? key : String(key)))
      ]
    })
  }
  await executors[kind](session, read.data as StepInput<K>)
}

/** Subscribes a client to what its expectations are about, if no step does. */
export async function subscribeAutomatically(session: CheckSession, name: string): Promise<void> {
  const automatic = session.automatic.find(({ client }) => client === name)
  if (!automatic || automatic.topics.length === 0) return
  session.automatic.splice(session.automatic.indexOf(automatic), 1)
  const filters = automatic.topics.map(({ text, path }) => {
    try {
      return textOf(session.scope.expand(text, path))
    } catch (error) {
      if (!(error instanceof StepFailure)) throw error
      throw new StepFailure(said('failure_topic_unknown', { fault: error.sentence }), { path })
    }
  })
  await subscribeStep(
    session,
    [...new Set(filters)].map((filter) => ({ as: name, filter, qos: 2 as const }))
  )
}

/** Runs the steps of another file with the same clients and variables. */
async function runStep(
  session: CheckSession,
  { file: name, with: given = {} }: StepInput<'run'>
): Promise<void> {
  const path = resolve(dirname(session.file.path), name)
  if (!path.startsWith(session.root + sep))
    throw new StepFailure(said('failure_outside', { file: name, folder: session.root }))
  if (session.depth >= MAX_DEPTH) throw new StepFailure(said('failure_run_depth', { most: MAX_DEPTH }))
  try {
    const file = await loadCheckFile(path, name)
    const inner = session.inFile(
      file,
      session.scope.inner(file, given),
      new Schemas(dirname(path), file.schemas)
    )
    for (const { setup, steps, teardown } of file.checks)
      await runSteps(inner, [...file.setup, ...setup, ...steps, ...teardown, ...file.teardown])
  } catch (error) {
    if (error instanceof BadFile)
      throw new StepFailure(said('failure_run', { file: name }), {
        details: error.problems.map(({ file, line, sentence }) =>
          said('failure_at', { place: line === null ? file : `${file}:${line}`, fault: sentence })
        )
      })
    throw error
  }
}
