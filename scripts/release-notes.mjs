// Prints a version's section of CHANGELOG.md: `node scripts/release-notes.mjs 1.2.3`.
import { readFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { at } from './place.mjs'

/**
 * A version's section in a changelog (Keep a Changelog), without its heading. Throws when the section is missing or empty.
 * @param {string} changelog
 * @param {string} version
 */
export function notesOf(changelog, version) {
  const [, ...parts] = changelog.split(/^## /m)
  const part = parts.find((each) => each.split(/\s/, 1)[0].replace(/^\[|\]$/g, '') === version)
  const notes = part?.slice(part.indexOf('\n') + 1).trim()
  if (!notes)
    throw new Error(
      `CHANGELOG.md says nothing about ${version}. Add "## ${version} - YYYY-MM-DD" with what changed.`
    )
  return notes
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  try {
    console.log(notesOf(readFileSync(at('CHANGELOG.md'), 'utf8'), process.argv[2] ?? ''))
  } catch (error) {
    console.error(error.message)
    process.exitCode = 1
  }
}
