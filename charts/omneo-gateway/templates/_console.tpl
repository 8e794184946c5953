{{/* "true" if the console's port is open: webhooks are stored, and somebody can sign in. */}}
{{- define "omneo-gateway.hasConsole" -}}
{{- $canSignIn := or (ne (include "omneo-gateway.source" .) "folder") .Values.console.adminTokenRef.name .Values.console.oidc.issuer }}
{{- if and .Values.console.enabled (include "omneo-gateway.hasLedgerKey" .) $canSignIn -}} true {{- end }}
{{- end }}

{{/* Secrets of the console that are files, by the name of their folder. */}}
{{- define "omneo-gateway.consoleFiles" -}}
{{- $secrets := dict }}
{{- if include "omneo-gateway.hasConsole" . }}
{{- range $folder, $ref := dict "admin-token" .Values.console.adminTokenRef "session-key" .Values.console.sessionKeyRef "oidc" .Values.console.oidc.secretRef }}
{{- if $ref.name }}
{{- $_ := set $secrets $folder $ref }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $secrets }}
{{- end }}

{{/* Variables of the console. */}}
{{- define "omneo-gateway.consoleEnv" -}}
- name: CONSOLE_PORT
  value: {{ .Values.console.enabled | ternary (.Values.ports.console | int | toString) "off" | quote }}
{{- if include "omneo-gateway.hasConsole" . }}
{{- $oidc := .Values.console.oidc }}
{{- $texts := dict
  "CONSOLE_URL" .Values.console.url
  "PUBLIC_URL" .Values.console.publicURL
  "OIDC_ISSUER" $oidc.issuer
  "OIDC_CLIENT_ID" $oidc.clientId }}
{{- if $oidc.issuer }}
{{- $texts = merge $texts (dict
  "OIDC_SCOPES" $oidc.scopes
  "OIDC_USER_CLAIM" $oidc.userClaim
  "OIDC_GROUPS_CLAIM" $oidc.groupsClaim
  "OIDC_USER_PREFIX" $oidc.userPrefix
  "OIDC_GROUPS_PREFIX" $oidc.groupsPrefix
  "OIDC_VIEWERS" (join "," $oidc.viewers)
  "OIDC_OPERATORS" (join "," $oidc.operators)) }}
{{- end }}
{{- $variables := dict "admin-token" "ADMIN_TOKEN_FILE" "session-key" "SESSION_KEY_FILE" "oidc" "OIDC_CLIENT_SECRET_FILE" }}
{{- range $folder, $ref := include "omneo-gateway.consoleFiles" . | fromYaml }}
{{- $_ := set $texts (index $variables $folder) (printf "/etc/omneo-gateway/console/%s/%s" $folder $ref.key) }}
{{- end }}
{{- range $name, $text := $texts }}
{{- with $text }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.consoleVolumes" -}}
{{- range $folder, $ref := include "omneo-gateway.consoleFiles" . | fromYaml }}
- name: console-{{ $folder }}
  secret:
    secretName: {{ $ref.name | quote }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{- define "omneo-gateway.consoleMounts" -}}
{{- range $folder, $_ := include "omneo-gateway.consoleFiles" . | fromYaml }}
- name: console-{{ $folder }}
  mountPath: /etc/omneo-gateway/console/{{ $folder }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "omneo-gateway.validate.console" -}}
{{- $isFolder := eq (include "omneo-gateway.source" .) "folder" }}
{{- with .Values.console }}
{{- if and .ingress.enabled (not .ingress.hosts) }}
- {{ "console.ingress.enabled needs console.ingress.hosts." | quote }}
{{- end }}
{{- if and .ingress.enabled (not (include "omneo-gateway.hasConsole" $)) }}
- {{ "console.ingress.enabled needs a console: console.enabled, a ledger.type that stores webhooks, and with tenants from a folder console.adminTokenRef or console.oidc." | quote }}
{{- end }}
{{- if and .adminTokenRef.name (not $isFolder) }}
- {{ "console.adminTokenRef goes with tenantsFolder.existingSecret only: otherwise Kubernetes says who may do what." | quote }}
{{- end }}
{{- if and (or .oidc.viewers .oidc.operators) (not $isFolder) }}
- {{ "console.oidc.viewers and console.oidc.operators go with tenantsFolder.existingSecret only: otherwise RoleBindings say who may do what." | quote }}
{{- end }}
{{- if .oidc.issuer }}
{{- if not (and .oidc.clientId .url) }}
- {{ "console.oidc.issuer needs console.oidc.clientId and console.url: the provider has to know the console, and sends browsers back to it." | quote }}
{{- end }}
{{- if and $isFolder (not (or .oidc.viewers .oidc.operators)) }}
- {{ "console.oidc.issuer needs console.oidc.viewers or console.oidc.operators with tenants from a folder, or nobody who signs in may do anything." | quote }}
{{- end }}
{{- else if or .oidc.clientId .oidc.secretRef.name .sessionKeyRef.name }}
- {{ "console.oidc.clientId, console.oidc.secretRef and console.sessionKeyRef have no effect without console.oidc.issuer: set it, or leave them out." | quote }}
{{- end }}
{{- end }}
{{- end }}
