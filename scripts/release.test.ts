import { describe, expect, it } from 'vitest'
import { noticesOf } from './notices.mjs'
import { notesOf } from './release-notes.mjs'
import { billOf } from './sbom.mjs'

describe('release notes', () => {
  const changelog =
    '# Changelog\n\n## Unreleased\n\n- Soon\n\n## [1.1.0] - 2026-02-01\n\n### Fixed\n\n- This\n\n## 1.0.0 - 2026-01-01\n\n- First\n'

  it('are the version’s section of the changelog', () => {
    expect(notesOf(changelog, '1.1.0')).toBe('### Fixed\n\n- This')
    expect(notesOf(changelog, '1.0.0')).toBe('- First')
  })

  it('must exist', () => {
    expect(() => notesOf(changelog, '1.2.0')).toThrow('CHANGELOG.md says nothing about 1.2.0.')
    expect(() => notesOf('## 1.2.0\n\n## 1.1.0\n\n- This\n', '1.2.0')).toThrow('says nothing about 1.2.0')
  })
})

describe('third-party notices', () => {
  it('have a section with the licence of each package', () => {
    const notices = noticesOf([{ name: 'a', version: '1.0.0', licence: 'MIT', text: 'Copyright A' }])
    expect(notices).toContain('a 1.0.0 (MIT)\n\nCopyright A')
    expect(notices).toContain('LICENSES.chromium.html')
  })
})

describe('the bill of materials', () => {
  it('names each package by its purl', () => {
    const bill = billOf({ name: 'treetop', version: '1.0.0' }, [
      { name: '@a/b', version: '2.0.0', licence: 'ISC', text: '' }
    ])
    expect(bill.metadata.component).toMatchObject({ name: 'treetop', version: '1.0.0' })
    expect(bill.components).toMatchObject([
      { purl: 'pkg:npm/%40a/b@2.0.0', licenses: [{ license: { name: 'ISC' } }] }
    ])
  })
})
