console.log('electron')
