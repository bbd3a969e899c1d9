import { EditorView } from '@codemirror/view'

/** Lets CodeMirror write its style element: the page's policy wants the nonce that this load of the page came with. */
export const styleNonce = EditorView.cspNonce.of(
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
)
