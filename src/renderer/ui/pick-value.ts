import { StateField, type EditorState, type Extension } from '@codemirror/state'
import { EditorView, showTooltip, type Tooltip } from '@codemirror/view'
import { ensureSyntaxTree } from '@codemirror/language'
import { jsonPathAt } from './json-path'

/** Maximum length of a text that can be picked. */
const SHORT = 34
const TIMEOUT = 100

/** Shows a button at the number, boolean or short text under the cursor of a JSON document. */
export function pickValue(label: string, onpick: (path: (string | number)[]) => void): Extension {
  const field = StateField.define<Tooltip | null>({
    create: () => null,
    update(shown, transaction) {
      if (transaction.selection && transaction.isUserEvent('select')) return tooltipAt(transaction.state)
      // When a live value changes below the button, the button keeps its position.
      return shown && transaction.docChanged
        ? { ...shown, pos: transaction.changes.mapPos(shown.pos, 1) }
        : shown
    },
    provide: (own) => showTooltip.from(own)
  })

  function tooltipAt(state: EditorState): Tooltip | null {
    const { main } = state.selection
    if (!main.empty) return null
    const node = ensureSyntaxTree(state, main.head, TIMEOUT)?.resolveInner(main.head, 1)
    if (!node || !/^(?:Number|True|False|String)$/.test(node.name) || node.to - node.from > SHORT) return null
    const path = jsonPathAt(state, main.head)
    if (!path) return null
    return {
      pos: node.from,
      above: true,
      create() {
        const button = document.createElement('button')
        button.type = 'button'
        button.textContent = label
        button.addEventListener('click', () => onpick(path))
        return { dom: button }
      }
    }
  }

  return [
    field,
    EditorView.theme({
      '.cm-tooltip': { border: 'none', background: 'none' },
      '.cm-tooltip > button, button.cm-tooltip': {
        padding: '2px 9px',
        marginBottom: '3px',
        border: '1px solid var(--border-strong)',
        borderRadius: '5px',
        background: 'var(--accent-solid)',
        color: 'var(--on-accent)',
        font: '500 12px var(--font)',
        cursor: 'pointer'
      }
    })
  ]
}
