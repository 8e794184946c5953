{{/* A number as people write it: a float of a million would become 1e+06. */}}
{{- define "omneo-gateway.text" -}}
{{- if kindIs "slice" . }}
{{- join "," . }}
{{- else if kindIs "float64" . }}
{{- . | int64 }}
{{- else }}
{{- . }}
{{- end }}
{{- end }}

{{/*
Variables of the gateway. Those in .Values.config have their names in src/config/settings.ts as keys: upstreamHosts is
UPSTREAM_HOSTS.
*/}}
{{- define "omneo-gateway.env" -}}
{{- $source := include "omneo-gateway.source" . -}}
- name: PORT
  value: {{ .Values.ports.webhooks | int | quote }}
- name: ADMIN_PORT
  value: {{ .Values.ports.admin | int | quote }}
{{ include "omneo-gateway.consoleEnv" . }}
- name: POD_NAME
  valueFrom:
    fieldRef:
      fieldPath: metadata.name
- name: POD_NAMESPACE
  valueFrom:
    fieldRef:
      fieldPath: metadata.namespace
{{- if eq $source "folder" }}
- name: TENANTS_DIR
  value: /etc/omneo-gateway/tenants
{{- else }}
{{- if eq $source "kubeconfig" }}
- name: KUBECONFIG
  value: /etc/omneo-gateway/kubeconfig/{{ .Values.kubeconfig.key }}
{{- end }}
- name: LEASE_NAME
  value: {{ include "omneo-gateway.leaseName" . | quote }}
{{- with .Values.watchNamespaces }}
- name: WATCH_NAMESPACES
  value: {{ join "," . | quote }}
{{- end }}
{{- end }}
{{ include "omneo-gateway.ledgerEnv" . }}
{{- with include "omneo-gateway.tracingEnv" . }}
{{- . }}
{{- end }}
- name: SUSPEND_ALL_FILE
  value: /etc/omneo-gateway/suspend-all/suspend-all
{{- range $key, $value := .Values.config }}
{{- $text := include "omneo-gateway.text" $value }}
{{- if ne $text "" }}
- name: {{ $key | snakecase | upper }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
{{- end }}
