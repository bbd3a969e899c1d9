import { HighlightStyle } from '@codemirror/language'
import { tags } from '@lezer/highlight'

/** Syntax colours of all text views. */
export const colours = HighlightStyle.define([
  { tag: tags.propertyName, color: 'var(--text)' },
  { tag: tags.string, color: 'var(--accent)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--blue)' },
  { tag: [tags.comment, tags.lineComment, tags.blockComment], color: 'var(--muted)' },
  {
    tag: [tags.keyword, tags.controlKeyword, tags.definitionKeyword, tags.operatorKeyword],
    color: 'var(--blue)'
  },
  { tag: [tags.punctuation, tags.separator], color: 'var(--muted)' }
])
