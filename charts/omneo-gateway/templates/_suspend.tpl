{{/* ConfigMap with the switch that suspends every tenant. */}}
{{- define "omneo-gateway.suspendConfigMap" -}}
{{- printf "%s-suspend-all" (include "omneo-gateway.fullname" .) }}
{{- end }}

{{/* What the switch says: the value, or else what it says in the cluster, so that no upgrade lifts it by the way. */}}
{{- define "omneo-gateway.suspendAll" -}}
{{- if kindIs "invalid" .Values.suspendAll }}
{{- $there := lookup "v1" "ConfigMap" .Release.Namespace (include "omneo-gateway.suspendConfigMap" .) }}
{{- get (default dict $there.data) "suspend-all" | default "false" }}
{{- else }}
{{- .Values.suspendAll }}
{{- end }}
{{- end }}
