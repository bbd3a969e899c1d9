import type {
  CheckFileHead,
  CheckFileRun,
  CheckHead,
  CheckList,
  CheckOutcome,
  CheckRun,
  CheckSelection
} from '../../../shared/contract/checks'

/** `faulty`: the file cannot be used, or its broker not be reached. */
export type CheckStatus = 'running' | 'waiting' | 'failed' | 'faulty' | 'passed' | 'skipped'

/** A row of the tree: a collection, a folder, a file, a check, or a check with one row of its data. */
export interface CheckRow {
  key: string
  kind: 'collection' | 'folder' | 'file' | 'check' | 'row'
  collection: string
  /** Relative to the collection's folder; empty: the collection itself. */
  path: string
  name: string
  /** From 1. */
  level: number
  /** null: it has nothing below it. */
  expanded: boolean | null
  file: CheckFileHead | null
  check: CheckHead | null
  /** The outcome that it stands for, by its numbers in the run. Of several, the first that failed. */
  at: { file: number; outcome: number } | null
  /** null: it has not run. */
  status: CheckStatus | null
  /** ms; null: it has not ended. */
  duration: number | null
}

/** What the tree shows of files, and how. */
export interface TreeView {
  /** Keys of rows that are not as they are by default: checks with several rows are closed, everything else is open. */
  toggled: ReadonlySet<string>
  search: string
}

export function keyOf(collection: string, path: string): string {
  return `${collection}:${path}`
}

/** The rows to show, in their order. A search shows what matches by its file, name or tag (`@smoke`), with everything above it. */
export function checkRows(list: CheckList, run: CheckRun | null, view: TreeView): CheckRow[] {
  const runs = new Map(
    run?.files.map((file, index) => [keyOf(file.collection, file.path), { file, index }]) ?? []
  )
  const shown = shownChecks(list.files, view.search)
  return list.folders.flatMap(({ id, name }) => {
    const files = list.files.filter((file) => file.collection === id && shown.has(file))
    if (files.length === 0) return []
    const rows: CheckRow[] = []
    const isOpen = (key: string): boolean => view.search.trim() !== '' || !view.toggled.has(key)
    const open = new Set<string>()
    const place = (path: string, above: string, row: Pick<CheckRow, 'kind' | 'name' | 'level'>): void => {
      const key = keyOf(id, path)
      if (!open.has(above) && path !== '') return
      if (isOpen(key)) open.add(path)
      const below = files.filter((file) => path === '' || file.path.startsWith(`${path}/`))
      const status = statusOf(below.map((file) => fileStatus(runs.get(keyOf(id, file.path))?.file)))
      rows.push({
        ...{ key, collection: id, path, ...row, expanded: isOpen(key), status },
        ...{ file: null, check: null, at: null, duration: null }
      })
    }
    place('', '', { kind: 'collection', name, level: 1 })
    const placed = new Set([''])
    for (const file of files) {
      const steps = file.path.split('/')
      for (let depth = 1; depth < steps.length; depth++) {
        const folder = steps.slice(0, depth).join('/')
        if (placed.has(folder)) continue
        placed.add(folder)
        place(folder, steps.slice(0, depth - 1).join('/'), {
          ...{ kind: 'folder', name: steps[depth - 1]!, level: depth + 1 }
        })
      }
      if (open.has(steps.slice(0, -1).join('/')))
        rows.push(...fileRows(file, shown.get(file)!, runs.get(keyOf(id, file.path)), steps.length + 1, view))
    }
    return rows
  })
}

function fileRows(
  file: CheckFileHead,
  checks: readonly number[],
  run: { file: CheckFileRun; index: number } | undefined,
  level: number,
  { toggled, search }: TreeView
): CheckRow[] {
  const { collection, path, name } = file
  const key = keyOf(collection, path)
  const base = { collection, path, file }
  const isOpen = search.trim() !== '' || !toggled.has(key)
  const rows: CheckRow[] = [
    {
      ...{ ...base, key, kind: 'file', name, level, check: null, at: null },
      expanded: checks.length > 0 ? isOpen : null,
      status: file.problems.length > 0 ? 'faulty' : fileStatus(run?.file),
      duration: run?.file.state === 'done' ? run.file.duration : null
    }
  ]
  if (!isOpen) return rows
  const outcomes = Map.groupBy(
    run?.file.outcomes.map((outcome, index) => ({ outcome, index })) ?? [],
    ({ outcome }) => outcome.check
  )
  for (const index of checks) {
    const check = file.checks[index]!
    const found = outcomes.get(check.name) ?? []
    const key = `${keyOf(collection, path)}#${index}`
    const hasRows = found.length > 1 || (found[0] !== undefined && found[0].outcome.name !== check.name)
    const open = hasRows && toggled.has(key)
    const first = found.find(({ outcome }) => outcome.status === 'failed') ?? found[0]
    const isRunning = run?.file.running?.check === check.name
    rows.push({
      ...{ ...base, key, kind: 'check', name: check.name, level: level + 1, check },
      expanded: hasRows ? open : null,
      at: run && first ? { file: run.index, outcome: first.index } : null,
      status: isRunning ? 'running' : statusOf(found.map(({ outcome }) => outcome.status)),
      duration: found.length > 0 ? found.reduce((sum, { outcome }) => sum + outcome.duration, 0) : null
    })
    if (open)
      rows.push(
        ...found.map(({ outcome, index: number }): CheckRow => ({
          ...{ ...base, key: `${key}/${number}`, kind: 'row', check, level: level + 2, expanded: null },
          name: rowName(outcome, check),
          at: { file: run!.index, outcome: number },
          ...{ status: outcome.status, duration: outcome.duration }
        }))
      )
  }
  return rows
}

/** The name of a row without that of its check. */
function rowName({ name }: CheckOutcome, check: CheckHead): string {
  return name.startsWith(`${check.name} `) ? name.slice(check.name.length + 1) : name
}

function fileStatus(file: CheckFileRun | undefined): CheckStatus | null {
  if (!file) return null
  if (file.problems.length > 0) return 'faulty'
  const failed = file.outcomes.some(({ status }) => status === 'failed')
  if (file.state === 'running') return 'running'
  if (file.state === 'waiting') return 'waiting'
  return failed ? 'failed' : statusOf(file.outcomes.map(({ status }) => status))
}

const ORDER: readonly CheckStatus[] = ['running', 'waiting', 'faulty', 'failed', 'skipped', 'passed']

/** What several have in common: what goes on, else the worst. */
function statusOf(all: readonly (CheckStatus | null)[]): CheckStatus | null {
  return ORDER.find((status) => all.includes(status)) ?? null
}

/** The files that match, each with the numbers of its checks that do. */
function shownChecks(files: readonly CheckFileHead[], search: string): Map<CheckFileHead, number[]> {
  const words = search.trim().toLowerCase().split(/\s+/).filter(Boolean)
  const found = new Map<CheckFileHead, number[]>()
  for (const file of files) {
    const matches = (text: string): boolean => words.every((word) => text.includes(word))
    const head = `${file.path} ${file.name}`.toLowerCase()
    const checks = file.checks.flatMap(({ name, tags }, index) =>
      matches(`${head} ${name} ${tags.map((tag) => `@${tag}`).join(' ')}`.toLowerCase()) ? [index] : []
    )
    if (checks.length > 0 || matches(head)) found.set(file, checks)
  }
  return found
}

/** Everything that a search shows, to be run. */
export function shownSelection({ files }: CheckList, search: string): CheckSelection {
  return [...shownChecks(files, search)].map(([{ collection, path, checks }, shown]) => ({
    ...{ collection, path },
    only: shown.length === checks.length ? null : shown.map((index) => checks[index]!.name)
  }))
}

/** What a row stands for, to be run. */
export function selectionOf(row: CheckRow, { files }: CheckList, run: CheckRun | null): CheckSelection {
  const { kind, collection, path, check, at } = row
  if (kind === 'collection' || kind === 'folder')
    return files
      .filter((file) => file.collection === collection && (path === '' || file.path.startsWith(`${path}/`)))
      .map((file) => ({ collection, path: file.path, only: null }))
  if (kind === 'file' || !check) return [{ collection, path, only: null }]
  const outcome = kind === 'row' && at ? run?.files[at.file]?.outcomes[at.outcome] : undefined
  return [{ collection, path, only: [outcome?.name ?? check.name] }]
}

/** What did not pass in a run, to be run again. */
export function failedSelection(run: CheckRun | null, { files }: CheckList): CheckSelection {
  const known = new Set(files.map(({ collection, path }) => keyOf(collection, path)))
  return (run?.files ?? [])
    .filter(({ collection, path }) => known.has(keyOf(collection, path)))
    .flatMap(({ collection, path, problems, outcomes }): CheckSelection => {
      if (problems.length > 0) return [{ collection, path, only: null }]
      const failed = outcomes.filter(({ status }) => status === 'failed').map(({ name }) => name)
      return failed.length > 0 ? [{ collection, path, only: failed }] : []
    })
}

/** How far a run is. */
export function totalsOf(
  run: CheckRun
): Record<'passed' | 'failed' | 'skipped' | 'faulty' | 'planned', number> {
  const totals = { passed: 0, failed: 0, skipped: 0, faulty: 0, planned: 0 }
  for (const { outcomes, problems, planned } of run.files) {
    for (const { status } of outcomes) totals[status]++
    totals.planned += planned
    if (problems.length > 0) totals.faulty++
  }
  return totals
}
