import '../shared/no-eval'
import { mount } from 'svelte'
import App from './shell/App.svelte'
import { connect } from './connect'
import './ui/tokens.css'

mount(App, { target: document.getElementById('app')!, props: { link: connect() } })
