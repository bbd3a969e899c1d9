import { constants } from 'node:os'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { reaches, type Case, type Options, type Row } from './case'
import { broker } from './cases/broker'
import { chart } from './cases/chart'
import { clear } from './cases/clear'
import { crowd } from './cases/crowd'
import { exporting } from './cases/export'
import { filter } from './cases/filter'
import { frames } from './cases/frames'
import { idle } from './cases/idle'
import { ingest } from './cases/ingest'
import { lost } from './cases/lost'
import { memory } from './cases/memory'
import { packets } from './cases/packets'
import { moment } from './cases/moment'
import { page } from './cases/page'
import { recording } from './cases/recording'
import { replay } from './cases/replay'
import { retention } from './cases/retention'
import { search } from './cases/search'
import { simulator } from './cases/simulator'
import { sn } from './cases/sn'
import { start } from './cases/start'
import { tree } from './cases/tree'
import { workbench } from './cases/workbench'
import { removeHistories } from './history'
import { figure, table, targetText } from './print'
import { writeReport } from './report'
import { endEverything } from './scratch'
import { soak } from './soak'

const cases: readonly Case[] = [
  ingest,
  lost,
  frames,
  memory,
  tree,
  page,
  moment,
  chart,
  search,
  filter,
  exporting,
  recording,
  replay,
  start,
  broker,
  crowd,
  sn,
  simulator,
  workbench,
  packets,
  retention,
  clear,
  idle
]

const results = resolve(import.meta.dirname, 'results.json')

const usage = `Usage: npm run bench -- [CASE…] [options]

Measures all cases, or those named, prints a table and writes bench/results.json. The exit code is 1 when a target is missed.

${cases.map(({ name, states }) => `  ${name.padEnd(10)} ${states}`).join('\n')}

  --quick      a tenth of the seconds and messages: to try a case out; its figures count for nothing
  --rounds N   how often a baseline and what is measured against it take turns (default 3)
  --keep       leave the big history file in the system's folder for temporary files, for the next run
  --help       this text
`

/** Runs the cases named on the command line. Resolves to the exit code. */
export async function main(argv: string[]): Promise<number> {
  if (argv[0] === 'soak') return soak(argv.slice(1))
  const { values, positionals } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      keep: { type: 'boolean', default: false },
      rounds: { type: 'string', default: '3' },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) {
    process.stdout.write(usage)
    return 0
  }
  const unknown = positionals.filter((name) => !cases.some((each) => each.name === name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no case ${unknown.join(', ')}.\n\n${usage}`)
    return 2
  }
  const options: Options = {
    quick: values.quick,
    keep: values.keep,
    rounds: values.quick ? 1 : Math.max(1, Number(values.rounds) || 3)
  }
  const chosen = cases.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.once(signal, () => void endEverything().then(() => process.exit(128 + constants.signals[signal])))
  const rows: Row[] = []
  for (const each of chosen) rows.push(...(await measured(each, options)))
  if (!options.keep) removeHistories()
  writeReport(results, chosen, rows, options)
  process.stdout.write(`\n${table(rows)}\n\nWritten to ${results}\n`)
  if (options.quick) process.stdout.write('A quick run: its figures count for nothing.\n')
  return rows.every(({ ok }) => ok) ? 0 : 1
}

/** Runs the cases in turn, and cleans up after each. A case that throws counts as a missed target. */
async function measured(found: Case, options: Options): Promise<Row[]> {
  const { name, states } = found
  process.stdout.write(`\n${name}: ${states}\n`)
  const started = Date.now()
  let rows: Row[]
  try {
    rows = (await found.run(options)).map((figures) => ({
      case: name,
      ...figures,
      ok: reaches(figures.value, figures.target)
    }))
  } catch (error) {
    process.stdout.write(`  ✗ ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`)
    const failed = { what: 'the case could not be measured', value: NaN, unit: '', target: null }
    rows = [{ case: name, ...failed, ok: false }]
  }
  await endEverything()
  for (const { ok, what, value, unit, target } of rows) {
    const must = targetText(target)
    process.stdout.write(
      `  ${ok ? '✓' : '✗'} ${what}: ${figure(value)} ${unit}${must && `   must be ${must}`}\n`
    )
  }
  process.stdout.write(`  ${Math.round((Date.now() - started) / 1_000)} s\n`)
  return rows
}
