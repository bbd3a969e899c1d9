import { EditorView } from '@codemirror/view'

/** Lets CodeMirror add its style element: the page's content security policy requires the nonce of this page load. */
export const styleNonce = EditorView.cspNonce.of(
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
)
