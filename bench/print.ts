import type { Row, Target } from './case'

/** Rows as a text table. */
export function table(rows: Row[]): string {
  const cells = [
    ['', 'case', 'what', 'value', 'target', 'baseline'],
    ...rows.map((row) => [
      row.ok ? '✓' : '✗',
      row.case,
      row.what,
      `${figure(row.value)} ${row.unit}`.trim(),
      targetText(row.target),
      row.baseline ? `${row.baseline.what}: ${figure(row.baseline.value)} ${row.baseline.unit}`.trim() : ''
    ])
  ]
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((line) => line[column]!.length)))
  return cells
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join('  ')
        .trimEnd()
    )
    .join('\n')
}

/** The target of a figure, e.g. `>= 0.4 (aim 0.6)`. */
export function targetText(target: Target | null): string {
  if (target === null) return ''
  const { least, most, aim } = target
  const must =
    least !== undefined && least === most
      ? `= ${figure(least)}`
      : [least !== undefined && `>= ${figure(least)}`, most !== undefined && `<= ${figure(most)}`]
          .filter(Boolean)
          .join(', ')
  return aim === undefined ? must : `${must} (aim ${figure(aim)})`
}

/** Three significant digits, with thousands separated. */
export function figure(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}
