import { EditorView } from '@codemirror/view'

/**
 * The look of all text views. CodeMirror adds a style element for it, for which the page's content security policy requires the nonce of this
 * page load.
 */
export const editorLook = [
  EditorView.cspNonce.of(document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''),
  EditorView.theme({
    '&, &.cm-focused': { outline: 'none', background: 'none' },
    '&:has(:focus-visible)': { outline: '1px solid var(--accent)', outlineOffset: '-1px' },
    '.cm-scroller': { font: 'var(--text-code)/1.55 var(--mono)' },
    '.cm-gutters': { border: '0', background: 'none', color: 'var(--faint)' },
    '.cm-selectionMatch': { background: 'var(--amber-soft)' },
    '.cm-panels': {
      borderBottom: '1px solid var(--border)',
      background: 'var(--raised)',
      color: 'var(--text)'
    },
    '.cm-panels input, .cm-panels button': {
      border: '1px solid var(--border-strong)',
      borderRadius: 'var(--radius-small)',
      background: 'var(--field)',
      color: 'var(--text)'
    }
  })
]
