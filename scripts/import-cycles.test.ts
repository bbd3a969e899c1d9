import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** The project files that a file imports, including type imports: a cycle of types also keeps files from being read separately. */
function importsOf(file: string, files: ReadonlySet<string>): string[] {
  const source = readFileSync(join(root, file), 'utf8')
  const found = source.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"\n;]*(?:\{[^}]*\}[^'"\n;]*)?['"](\.[^'"]+)['"]|import\(['"](\.[^'"]+)['"]\)/g
  )
  return [...found].flatMap(([, from, dynamic]) => {
    const path = normalize(join(dirname(file), from ?? dynamic!)).replaceAll('\\', '/')
    return [path, `${path}.ts`, `${path}.svelte`, `${path}/index.ts`].find((each) => files.has(each)) ?? []
  })
}

/** Import cycles, each as its path. Files that are on no cycle are visited once. */
function cycles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = []
  const done = new Set<string>()
  const way: string[] = []
  const visit = (file: string): void => {
    const start = way.indexOf(file)
    if (start >= 0) found.push([...way.slice(start), file].join(' -> '))
    if (start >= 0 || done.has(file)) return
    way.push(file)
    for (const next of imports.get(file) ?? []) visit(next)
    way.pop()
    done.add(file)
  }
  for (const file of imports.keys()) visit(file)
  return found
}

it('finds a cycle', () => {
  const imports = new Map([
    ['a', ['b']],
    ['b', ['c', 'd']],
    ['c', ['a']],
    ['d', []]
  ])
  expect(cycles(imports)).toEqual(['a -> b -> c -> a'])
})

it.each(['src', 'e2e'])('no files of %s import each other in a cycle', (folder) => {
  const files = new Set(
    globSync(`${folder}/**/*.{ts,svelte}`, { cwd: root }).map((file) => file.replaceAll('\\', '/'))
  )
  const imports = new Map([...files].map((file) => [file, importsOf(file, files)]))
  // Guard against a vacuous pass: some imports must have been read.
  expect([...imports.values()].flat().length).toBeGreaterThan(50)
  expect(cycles(imports)).toEqual([])
})
