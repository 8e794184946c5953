{{/*
Turns the links of an alert, which are paths in files/rules, into URLs, and removes those whose base URL is not set.
Changes the annotations in place. Takes a dict with context and annotations.
*/}}
{{- define "omneo-gateway.completeLinks" -}}
{{- $rule := .context.Values.prometheusRule }}
{{- $annotations := .annotations }}
{{- range $name, $base := dict "runbook_url" $rule.runbookBaseURL "dashboard" $rule.dashboardBaseURL }}
{{- $path := get $annotations $name | trimPrefix "/" }}
{{- $_ := unset $annotations $name }}
{{- if and $path $base }}
{{- $_ := set $annotations $name (printf "%s/%s" (trimSuffix "/" $base) (include "omneo-gateway.ownDashboard" (dict "context" $.context "path" $path))) }}
{{- end }}
{{- end }}
{{- end }}

{{/* A path in Grafana, with the uid that a dashboard has in this release. Takes a dict with context and path. */}}
{{- define "omneo-gateway.ownDashboard" -}}
{{- $uid := regexFind "^d/[^?/]+" .path | trimPrefix "d/" }}
{{- if and $uid .context.Values.dashboards.enabled }}
{{- $own := include "omneo-gateway.dashboardUID" (dict "context" .context "uid" $uid) }}
{{- .path | replace (printf "d/%s" $uid) (printf "d/%s" $own) }}
{{- else }}
{{- .path }}
{{- end }}
{{- end }}
