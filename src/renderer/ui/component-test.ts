// Common base of all component tests: the design tokens, and a page with a height.
import './tokens.css'

const style = document.createElement('style')
style.textContent =
  'body, body > div { display: flex; flex: 1; flex-direction: column; min-height: 0; height: 600px }'
document.head.append(style)
