import { RangeSetBuilder, StateEffect, StateField, type Extension } from '@codemirror/state'
import { Decoration, EditorView, type DecorationSet } from '@codemirror/view'

const mark = Decoration.line({ class: 'cm-marked-line' })

/** Replaces the marked lines (from 0, in any order). */
export const markLines = StateEffect.define<readonly number[]>()

/** Shows a subtle mark at the side of the marked lines. */
export const markedLines: Extension = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let now = marks.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(markLines)) continue
      const builder = new RangeSetBuilder<Decoration>()
      const { doc } = transaction.state
      for (const line of [...new Set(effect.value)].sort((a, b) => a - b)) {
        if (line >= doc.lines) break
        const { from } = doc.line(line + 1)
        builder.add(from, from, mark)
      }
      now = builder.finish()
    }
    return now
  },
  provide: (field) => EditorView.decorations.from(field)
})
