{{/* What ServiceMonitor and PodMonitor share. Takes a dict with context, monitor, endpoints and component. */}}
{{- define "omneo-gateway.monitor" -}}
{{- $selector := include "omneo-gateway.selectorLabels" .context | fromYaml -}}
{{- if eq .component "admin" }}
{{- /* nameOverride changes the labels of Services, but not those of Pods. */}}
{{- $selector = set $selector "app.kubernetes.io/name" (include "omneo-gateway.name" .context) }}
{{- end }}
jobLabel: app.kubernetes.io/name
selector:
  matchLabels:
    {{- toYaml (merge (dict "app.kubernetes.io/component" .component) $selector) | nindent 4 }}
{{ .endpoints }}:
  - port: admin
    path: /metrics
    {{- range $field := list "interval" "scrapeTimeout" }}
    {{- with index $.monitor $field }}
    {{ $field }}: {{ . }}
    {{- end }}
    {{- end }}
    {{- range $field := list "relabelings" "metricRelabelings" }}
    {{- with index $.monitor $field }}
    {{ $field }}:
      {{- toYaml . | nindent 6 }}
    {{- end }}
    {{- end }}
{{- end }}
