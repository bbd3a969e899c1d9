import { writeFileSync } from 'node:fs'
import { cpus, totalmem, type } from 'node:os'
import type { Case, Options, Row } from './case'

/** Writes the figures together with the machine they were measured on, without which they mean nothing. */
export function writeReport(path: string, cases: Case[], rows: Row[], options: Options): void {
  const processors = cpus()
  const report = {
    date: new Date().toISOString(),
    machine: {
      processor: processors[0]?.model ?? '',
      cores: processors.length,
      memoryBytes: totalmem(),
      system: type(),
      node: process.version
    },
    options,
    loads: Object.fromEntries(cases.map(({ name, states }) => [name, states])),
    rows
  }
  writeFileSync(path, `${JSON.stringify(report, null, 2)}\n`)
}
