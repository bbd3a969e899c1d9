import { m } from './paraglide/messages'

document.body.textContent = m.app_name()
