; What the installer for Windows does besides: links to brokers. Files (.treetop) are electron-builder's own work.
; A scheme that another program has already is left to it; on leaving, only our own is taken away.

!macro TreetopScheme SCHEME
  ReadRegStr $0 SHELL_CONTEXT "Software\Classes\${SCHEME}\shell\open\command" ""
  StrCmp $0 "" 0 +5
    WriteRegStr SHELL_CONTEXT "Software\Classes\${SCHEME}" "" "URL:MQTT broker"
    WriteRegStr SHELL_CONTEXT "Software\Classes\${SCHEME}" "URL Protocol" ""
    WriteRegStr SHELL_CONTEXT "Software\Classes\${SCHEME}\DefaultIcon" "" "$appExe,0"
    WriteRegStr SHELL_CONTEXT "Software\Classes\${SCHEME}\shell\open\command" "" '"$appExe" "%1"'
!macroend

!macro TreetopSchemeGone SCHEME
  ReadRegStr $0 SHELL_CONTEXT "Software\Classes\${SCHEME}\shell\open\command" ""
  StrCmp $0 '"$INSTDIR\${APP_EXECUTABLE_FILENAME}" "%1"' 0 +2
    DeleteRegKey SHELL_CONTEXT "Software\Classes\${SCHEME}"
!macroend

!macro customInstall
  !insertmacro TreetopScheme mqtt
  !insertmacro TreetopScheme mqtts
!macroend

!macro customUnInstall
  !insertmacro TreetopSchemeGone mqtt
  !insertmacro TreetopSchemeGone mqtts
!macroend
