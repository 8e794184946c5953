{{/* Refuses what cannot work, with every reason at once and what to change. */}}
{{- define "omneo-gateway.validate" -}}
{{- $faults := concat
  (include "omneo-gateway.validate.ledger" . | fromYamlArray)
  (include "omneo-gateway.validate.scale" . | fromYamlArray)
  (include "omneo-gateway.validate.source" . | fromYamlArray)
  (include "omneo-gateway.validate.exposure" . | fromYamlArray)
  (include "omneo-gateway.validate.console" . | fromYamlArray)
  (include "omneo-gateway.validate.process" . | fromYamlArray)
  (include "omneo-gateway.validate.cluster" . | fromYamlArray) }}
{{- if $faults }}
{{- fail (printf "\n\n- %s\n" (join "\n- " $faults)) }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.validate.ledger" -}}
{{- $type := .Values.ledger.type }}
{{- if eq $type "redis" }}
- {{ printf "ledger.type redis is gone, since a Redis may lose what it acknowledged: scale the Deployment to 0, wait %s s, and upgrade with ledger.type postgres, as docs/operating.md says in \"Moving to another ledger\"." (include "omneo-gateway.moveSeconds" .) | quote }}
{{- end }}
{{- if not (eq $type "postgres") }}
{{- range $value, $part := dict "ledger.postgres" .Values.ledger.postgres "ledger.postgres.ca" .Values.ledger.postgres.ca "ledger.postgres.clientCertificate" .Values.ledger.postgres.clientCertificate "ledger.postgres.passfile" .Values.ledger.postgres.passfile }}
{{- if $part.existingSecret }}
- {{ printf "%s.existingSecret has no effect with ledger.type %s: set ledger.type to postgres, or leave the Secret out." $value $type | quote }}
{{- end }}
{{- end }}
{{- else if not .Values.ledger.postgres.existingSecret }}
- {{ "ledger.type postgres needs the URL: set ledger.postgres.existingSecret to the name of a Secret that holds it." | quote }}
{{- end }}
{{- if and .Values.ledger.sqlite.existingClaim (not (eq $type "sqlite")) }}
- {{ printf "ledger.sqlite.existingClaim has no effect with ledger.type %s: set ledger.type to sqlite, or leave the claim out." $type | quote }}
{{- end }}
{{- if and .Values.ledger.keySecret.name (eq $type "memory") }}
- {{ "ledger.keySecret.name has no effect with ledger.type memory, which stores no webhooks: set ledger.type to sqlite or postgres, or leave the Secret out." | quote }}
{{- end }}
{{- if include "omneo-gateway.isForOnePod" . }}
{{- if .Values.autoscaling.enabled }}
- {{ printf "autoscaling.enabled needs a ledger that Pods share, and that of ledger.type %s is for one Pod: set ledger.type to postgres." $type | quote }}
{{- else if gt (include "omneo-gateway.replicas" . | int) 1 }}
- {{ printf "replicas %d needs a ledger that Pods share, and that of ledger.type %s is for one Pod: set ledger.type to postgres, or replicas to 1." (.Values.replicas | int) $type | quote }}
{{- end }}
{{- if eq (default "" .Values.updateStrategy.type) "RollingUpdate" }}
- {{ printf "updateStrategy.type RollingUpdate lets two Pods run at once, which ledger.type %s cannot: leave it out, or set ledger.type to postgres." $type | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Seconds after which every create of before is over, and Omneo shows what it made. */}}
{{- define "omneo-gateway.moveSeconds" -}}
{{- $leaseMs := kindIs "invalid" .Values.config.leaseMs | ternary 35000 .Values.config.leaseMs }}
{{- $settleWindowMs := kindIs "invalid" .Values.config.settleWindowMs | ternary 120000 .Values.config.settleWindowMs }}
{{- divf (addf $leaseMs $settleWindowMs) 1000 | ceil | int }}
{{- end }}

{{- define "omneo-gateway.validate.scale" -}}
{{- with .Values.autoscaling }}
{{- if .enabled }}
{{- if not (kindIs "invalid" $.Values.replicas) }}
- {{ "replicas and autoscaling.enabled exclude each other: leave replicas at null." | quote }}
{{- end }}
{{- if gt (.minReplicas | int) (.maxReplicas | int) }}
- {{ printf "autoscaling.minReplicas %d is more than autoscaling.maxReplicas %d." (.minReplicas | int) (.maxReplicas | int) | quote }}
{{- end }}
{{- if not (or .targetCPUUtilizationPercentage .targetMemoryUtilizationPercentage .metrics) }}
- {{ "autoscaling.enabled needs something to go by: set a target utilization, or autoscaling.metrics." | quote }}
{{- end }}
{{- range $resource, $target := dict "cpu" .targetCPUUtilizationPercentage "memory" .targetMemoryUtilizationPercentage }}
{{- if and $target (not (dig "requests" $resource "" (default dict $.Values.resources))) }}
- {{ printf "autoscaling by %s is a percentage of resources.requests.%s, which is not set." $resource $resource | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- with .Values.podDisruptionBudget }}
{{- if .enabled }}
{{- $max := .maxUnavailable }}
{{- $min := .minAvailable }}
{{- $replicas := include "omneo-gateway.replicas" $ | int }}
{{- if eq (kindIs "invalid" $max) (kindIs "invalid" $min) }}
- {{ "podDisruptionBudget takes exactly one of maxUnavailable and minAvailable: set the other to null." | quote }}
{{- end }}
{{- if has (toString $max) (list "0" "0%") }}
- {{ "podDisruptionBudget.maxUnavailable 0 would block every node drain for good: set it to 1 or more." | quote }}
{{- end }}
{{- $keepsAny := not (or (kindIs "invalid" $min) (has (toString $min) (list "0" "0%"))) }}
{{- $isOnlyPod := and (include "omneo-gateway.isForOnePod" $) (gt $replicas 0) }}
{{- if or (eq (toString $min) "100%") (and $isOnlyPod $keepsAny) (and (not (kindIs "invalid" $min)) (not (kindIs "string" $min)) (gt $replicas 0) (ge ($min | int) $replicas)) }}
- {{ printf "podDisruptionBudget.minAvailable %s of %d Pods would block every node drain for good: set maxUnavailable instead." (toString $min) $replicas | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.validate.source" -}}
{{- $source := include "omneo-gateway.source" . }}
{{- if eq $source "folder" }}
{{- if .Values.kubeconfig.existingSecret }}
- {{ "tenantsFolder.existingSecret and kubeconfig.existingSecret exclude each other: tenants come from one of them." | quote }}
{{- end }}
{{- if .Values.watchNamespaces }}
- {{ "watchNamespaces has no effect with tenantsFolder.existingSecret: leave one of them out." | quote }}
{{- end }}
{{- if .Values.config.secretLabelSelector }}
- {{ "config.secretLabelSelector has no effect with tenantsFolder.existingSecret: leave one of them out." | quote }}
{{- end }}
{{- end }}
{{- if and (eq $source "cluster") .Values.rbac.create (not .Values.serviceAccount.create) (has .Values.serviceAccount.name (list "" "default")) }}
- {{ "serviceAccount.name is needed if serviceAccount.create is false: the default ServiceAccount would let every Pod of the namespace read the tenants' Secrets." | quote }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.validate.exposure" -}}
{{- $ports := list (.Values.ports.webhooks | int) (.Values.ports.admin | int) }}
{{- if .Values.console.enabled }}
{{- $ports = append $ports (.Values.ports.console | int) }}
{{- end }}
{{- if ne (len $ports) (len (uniq $ports)) }}
- {{ "ports.webhooks, ports.admin and ports.console must differ: the last two are not for the public." | quote }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
- {{ "ingress.enabled needs ingress.hosts." | quote }}
{{- end }}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) }}
- {{ "httpRoute.enabled needs httpRoute.parentRefs." | quote }}
{{- end }}
{{- if and .Values.service.nodePort (eq .Values.service.type "ClusterIP") }}
- {{ "service.nodePort has no effect with service.type ClusterIP: leave it at null." | quote }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled .Values.podMonitor.enabled }}
- {{ "serviceMonitor.enabled and podMonitor.enabled exclude each other: every sample would count twice." | quote }}
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not .Values.adminService.enabled) }}
- {{ "serviceMonitor.enabled needs adminService.enabled; a podMonitor does without." | quote }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.validate.process" -}}
{{- $grace := include "omneo-gateway.terminationGracePeriodSeconds" . | int }}
{{- $needed := include "omneo-gateway.stopSeconds" . | int }}
{{- if le $grace $needed }}
- {{ printf "terminationGracePeriodSeconds %d would kill webhooks under way: it must be more than preStopSleepSeconds and config.drainMs together, %d s." $grace $needed | quote }}
{{- end }}
{{- with .Values.config }}
{{- if lt (mul 100 (default 35000 .leaseMs | int)) (mul 105 (default 10000 .upstreamTimeoutMs | int)) }}
- {{ "config.leaseMs must be at least 5 % more than config.upstreamTimeoutMs, or rewards could not be created." | quote }}
{{- end }}
{{- end }}
{{- $own := include "omneo-gateway.ownVariables" . | fromYamlArray }}
{{- range .Values.extraEnv }}
{{- if has .name $own }}
- {{ printf "extraEnv must not hold %s: it is set by its own value." .name | quote }}
{{- else if hasPrefix "OMNEO_GATEWAY_" .name }}
- {{ printf "extraEnv must not hold %s: the gateway's variables have no prefix, and it does not start with one that has." .name | quote }}
{{- end }}
{{- end }}
{{- end }}

{{/* Names of the variables that values set, rendered now or not. */}}
{{- define "omneo-gateway.ownVariables" -}}
{{- range list "PORT" "ADMIN_PORT" "CONSOLE_PORT" "ADMIN_TOKEN_FILE" "CONSOLE_URL" "PUBLIC_URL" "SESSION_KEY_FILE" "OIDC_ISSUER" "OIDC_CLIENT_ID" "OIDC_CLIENT_SECRET_FILE" "OIDC_SCOPES" "OIDC_USER_CLAIM" "OIDC_GROUPS_CLAIM" "OIDC_USER_PREFIX" "OIDC_GROUPS_PREFIX" "OIDC_VIEWERS" "OIDC_OPERATORS" "POD_NAME" "POD_NAMESPACE" "TENANTS_DIR" "KUBECONFIG" "LEASE_NAME" "WATCH_NAMESPACES" "LEDGER_URL" "LEDGER_KEY_FILE" "POSTGRES_URL" }}
- {{ . }}
{{- end }}
{{- range $key, $_ := .Values.config }}
- {{ $key | snakecase | upper }}
{{- end }}
{{- if .Values.tracing.endpoint }}
{{- range list "OTEL_EXPORTER_OTLP_ENDPOINT" "OTEL_TRACES_SAMPLER" "OTEL_TRACES_SAMPLER_ARG" "OTEL_SERVICE_NAME" "OTEL_RESOURCE_ATTRIBUTES" }}
- {{ . }}
{{- end }}
{{- end }}
{{- end }}

{{/* Needs a look at the cluster, which `helm template` has not; then nothing of this is refused. */}}
{{- define "omneo-gateway.validate.cluster" -}}
{{- $fullname := include "omneo-gateway.fullname" . }}
{{- $selector := include "omneo-gateway.selectorLabels" . | fromYaml }}
{{- with lookup "apps/v1" "Deployment" .Release.Namespace $fullname }}
{{- if ne (toJson .spec.selector.matchLabels) (toJson $selector) }}
- {{ printf "The Deployment %s is there already and finds its Pods by %s, which Kubernetes does not let be changed to %s: set another fullnameOverride, or delete the Deployment first." $fullname (toJson .spec.selector.matchLabels) (toJson $selector) | quote }}
{{- end }}
{{- $before := include "omneo-gateway.ledgerOf" . }}
{{- $after := $.Values.ledger.type }}
{{- /* From memory to a file is a restart like any other: the memory is lost, and no two Pods run at once. */}}
{{- $isRestart := and (eq $before "memory") (eq $after "sqlite") }}
{{- if and $before (ne $before $after) (ne $after "redis") (not $isRestart) (gt (dig "status" "replicas" 0 . | int) 0) }}
- {{ printf "The Deployment %s runs with ledger.type %s, and two ledgers at once could issue one webhook twice: scale it to 0, wait %s s, and upgrade to ledger.type %s with --force-conflicts, as docs/operating.md says in \"Moving to another ledger\"." $fullname $before (include "omneo-gateway.moveSeconds" $) $after | quote }}
{{- end }}
{{- end }}
{{- if and (include "omneo-gateway.hasExtraTenant" .) (not (.Capabilities.APIVersions.Has "omneo.io/v1alpha1/OmneoTenant")) (lookup "v1" "Namespace" "" "default") }}
- {{ "extraObjects holds an OmneoTenant, and Helm cannot install one before the cluster knows the CRD: install without it and add it by an upgrade, or apply crds/omneotenants.omneo.io.yaml first and set crds.enabled to false." | quote }}
{{- end }}
{{- end }}

{{/* "true" if extraObjects holds an OmneoTenant, be it a map or a text. */}}
{{- define "omneo-gateway.hasExtraTenant" -}}
{{- range .Values.extraObjects }}
{{- $text := kindIs "string" . | ternary . (toYaml .) }}
{{- if regexMatch `\bkind["']?:\s*["']?OmneoTenant\b` (tpl $text $) -}} true {{- end }}
{{- end }}
{{- end }}
