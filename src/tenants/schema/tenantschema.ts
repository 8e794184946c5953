/** Generated from crds/omneotenants.omneo.io.yaml by `npm run generate`: change the CRD instead. */
import type { JsonSchema } from './schema.ts';

export const tenantSchema: JsonSchema = {
  "type": "object",
  "description": "OmneoTenant registers one customer with the gateway: where its Omneo account is, which Secrets hold its credentials, and what its Klaviyo webhooks look like. The gateway serves it within a second of a change, without a restart.",
  "required": [
    "apiVersion",
    "kind",
    "metadata",
    "spec"
  ],
  "properties": {
    "apiVersion": {
      "type": "string",
      "description": "APIVersion defines the versioned schema of this representation of an object; here omneo.io/v1alpha1.",
      "const": "omneo.io/v1alpha1"
    },
    "kind": {
      "type": "string",
      "description": "Kind is the REST resource that this object represents; here OmneoTenant.",
      "const": "OmneoTenant"
    },
    "metadata": {
      "type": "object",
      "required": [
        "name"
      ],
      "properties": {
        "name": {
          "type": "string",
          "maxLength": 253,
          "pattern": "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$",
          "example": "acme"
        },
        "namespace": {
          "type": "string",
          "maxLength": 63,
          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
          "example": "loyalty"
        },
        "uid": {
          "type": "string"
        },
        "resourceVersion": {
          "type": "string"
        },
        "generation": {
          "type": "integer"
        },
        "creationTimestamp": {
          "type": "string"
        },
        "labels": {
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        },
        "annotations": {
          "type": "object",
          "additionalProperties": {
            "type": "string"
          }
        }
      },
      "additionalProperties": true
    },
    "spec": {
      "type": "object",
      "description": "Spec is what you want the gateway to serve.",
      "required": [
        "omneo",
        "klaviyo"
      ],
      "properties": {
        "slug": {
          "type": "string",
          "description": "Slug is the first segment of the tenant's webhook path, /<slug>/api/v1/webhooks/klaviyo/rewards. It defaults to metadata.name and is immutable. If two resources claim one slug, the oldest wins, then the alphabetically first namespace/name; the other one waits with Accepted=False, reason Conflicted, and takes over when the winner is deleted.",
          "maxLength": 63,
          "example": "acme"
        },
        "suspend": {
          "type": "boolean",
          "description": "Suspend makes the gateway issue nothing for this tenant. Where delivery is durable, its webhooks are accepted and wait until it is lifted; elsewhere they are answered 503, which Klaviyo retries for about a day.",
          "default": false
        },
        "omneo": {
          "type": "object",
          "description": "Omneo says where the tenant's Omneo account is and how to sign in to it.",
          "required": [
            "credentials"
          ],
          "properties": {
            "tenant": {
              "type": "string",
              "description": "Tenant is the name of the Omneo account, from which the base URL https://api.<tenant>.getomneo.com/api/v3 is formed. It defaults to the slug.",
              "maxLength": 63,
              "pattern": "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
              "example": "acme"
            },
            "baseURL": {
              "type": "string",
              "description": "BaseURL of the Omneo API, in place of the one formed from tenant. It must use https and have a host that the gateway's operator allows (UPSTREAM_HOSTS), because the tenant's credentials are sent to it; http is for a loopback host, in development.",
              "maxLength": 512,
              "minLength": 1,
              "example": "https://api.acme.getomneo.com/api/v3"
            },
            "callsPerMinute": {
              "type": "integer",
              "format": "int32",
              "description": "CallsPerMinute is the most calls that one replica of the gateway makes to the tenant's Omneo in a minute. If absent, the gateway learns from Omneo's answers how many it takes.",
              "minimum": 1,
              "maximum": 100000
            },
            "credentials": {
              "type": "object",
              "description": "Credentials say how the gateway proves itself to Omneo: by OAuth or by a static token. Set exactly one of the two.",
              "properties": {
                "oauth": {
                  "type": "object",
                  "description": "OAuth fetches short-lived tokens from Omneo and renews them in time.",
                  "required": [
                    "secretRef"
                  ],
                  "properties": {
                    "grantType": {
                      "type": "string",
                      "description": "GrantType is the OAuth 2.0 grant to use. \"password\" needs username and password in the Secret; \"client_credentials\" sends them along if they are there, as Omneo documents.",
                      "enum": [
                        "client_credentials",
                        "password"
                      ],
                      "default": "client_credentials"
                    },
                    "tokenURL": {
                      "type": "string",
                      "description": "TokenURL is where tokens are fetched. It defaults to <baseURL>/auth/token and is bound by the same rules as baseURL.",
                      "maxLength": 512,
                      "minLength": 1,
                      "example": "https://api.acme.getomneo.com/api/v3/auth/token"
                    },
                    "scope": {
                      "type": "string",
                      "description": "Scope that is asked for; \"*\" is everything that the client may do.",
                      "default": "*",
                      "minLength": 1,
                      "maxLength": 256,
                      "pattern": "^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$",
                      "example": "*"
                    },
                    "secretRef": {
                      "type": "object",
                      "description": "SecretRef names a Secret in the resource's own namespace with the keys client_id and client_secret and, where used, username and password.",
                      "required": [
                        "name"
                      ],
                      "properties": {
                        "name": {
                          "type": "string",
                          "description": "Name of the Secret.",
                          "minLength": 1,
                          "maxLength": 253,
                          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                          "example": "acme-omneo"
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "additionalProperties": false
                },
                "token": {
                  "type": "object",
                  "description": "Token is a static access token, sent as it is.",
                  "required": [
                    "secretRef"
                  ],
                  "properties": {
                    "secretRef": {
                      "type": "object",
                      "description": "SecretRef names a Secret in the resource's own namespace and the key that holds the token.",
                      "required": [
                        "name"
                      ],
                      "properties": {
                        "name": {
                          "type": "string",
                          "description": "Name of the Secret.",
                          "minLength": 1,
                          "maxLength": 253,
                          "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                          "example": "acme-omneo"
                        },
                        "key": {
                          "type": "string",
                          "description": "Key in the Secret that holds the token. It defaults to token.",
                          "minLength": 1,
                          "maxLength": 253,
                          "pattern": "^[-._a-zA-Z0-9]+$",
                          "example": "token"
                        }
                      },
                      "additionalProperties": false
                    }
                  },
                  "additionalProperties": false
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "klaviyo": {
          "type": "object",
          "description": "Klaviyo describes the webhooks that the tenant's Flows send.",
          "required": [
            "secretRefs"
          ],
          "properties": {
            "secretRefs": {
              "type": "array",
              "description": "SecretRefs name the values that the header x-omneo-secret may have. All are accepted at once, so a rotation loses no webhook: add the new secret, change the Flow, remove the old secret.",
              "minItems": 1,
              "maxItems": 4,
              "items": {
                "type": "object",
                "description": "A key of a Secret in the resource's own namespace.",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "type": "string",
                    "description": "Name of the Secret.",
                    "minLength": 1,
                    "maxLength": 253,
                    "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                    "example": "acme-omneo"
                  },
                  "key": {
                    "type": "string",
                    "description": "Key in the Secret that holds the webhook secret: at least 16 visible ASCII characters. It defaults to webhook-secret.",
                    "minLength": 1,
                    "maxLength": 253,
                    "pattern": "^[-._a-zA-Z0-9]+$",
                    "example": "webhook-secret"
                  },
                  "actions": {
                    "type": "array",
                    "description": "Actions that this secret may be used for, by the last segment of the webhook's path. If absent, it may be used for all.",
                    "minItems": 1,
                    "maxItems": 8,
                    "items": {
                      "type": "string",
                      "description": "The name of an action.",
                      "enum": [
                        "rewards",
                        "benefits",
                        "credits",
                        "interactions",
                        "attributes"
                      ]
                    }
                  },
                  "rewardDefinitions": {
                    "type": "array",
                    "description": "RewardDefinitions are the ids, in Omneo, of the only reward definitions that this secret may be used for. If absent, it may be used for all that spec.limits allows.",
                    "minItems": 1,
                    "maxItems": 200,
                    "items": {
                      "type": "integer",
                      "format": "int64",
                      "description": "The id of a reward definition in Omneo.",
                      "minimum": 1,
                      "maximum": 9007199254740991
                    }
                  }
                },
                "additionalProperties": false
              }
            },
            "rehearsalSecretRefs": {
              "type": "array",
              "description": "RehearsalSecretRefs name the values of x-omneo-secret whose webhooks are rehearsed: they are answered with what would become of them, and nothing is created or stored.",
              "maxItems": 4,
              "items": {
                "type": "object",
                "description": "A key of a Secret in the resource's own namespace.",
                "required": [
                  "name"
                ],
                "properties": {
                  "name": {
                    "type": "string",
                    "description": "Name of the Secret.",
                    "minLength": 1,
                    "maxLength": 253,
                    "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                    "example": "acme-omneo"
                  },
                  "key": {
                    "type": "string",
                    "description": "Key in the Secret that holds the webhook secret: at least 16 visible ASCII characters. It defaults to webhook-secret.",
                    "minLength": 1,
                    "maxLength": 253,
                    "pattern": "^[-._a-zA-Z0-9]+$",
                    "example": "webhook-secret"
                  },
                  "actions": {
                    "type": "array",
                    "description": "Actions that this secret may be used for, by the last segment of the webhook's path. If absent, it may be used for all.",
                    "minItems": 1,
                    "maxItems": 8,
                    "items": {
                      "type": "string",
                      "description": "The name of an action.",
                      "enum": [
                        "rewards",
                        "benefits",
                        "credits",
                        "interactions",
                        "attributes"
                      ]
                    }
                  },
                  "rewardDefinitions": {
                    "type": "array",
                    "description": "RewardDefinitions are the ids, in Omneo, of the only reward definitions that this secret may be used for. If absent, it may be used for all that spec.limits allows.",
                    "minItems": 1,
                    "maxItems": 200,
                    "items": {
                      "type": "integer",
                      "format": "int64",
                      "description": "The id of a reward definition in Omneo.",
                      "minimum": 1,
                      "maximum": 9007199254740991
                    }
                  }
                },
                "additionalProperties": false
              }
            },
            "actions": {
              "type": "array",
              "description": "Actions that the tenant's webhooks may ask for, by the last segment of their path. A webhook for another one is answered 404. If absent, these are all but credits.",
              "minItems": 1,
              "maxItems": 8,
              "items": {
                "type": "string",
                "description": "The name of an action.",
                "enum": [
                  "rewards",
                  "benefits",
                  "credits",
                  "interactions",
                  "attributes"
                ]
              }
            },
            "identityHandle": {
              "type": "string",
              "description": "IdentityHandle is the handle under which Omneo keeps the Klaviyo id of a profile's identity.",
              "default": "klaviyo",
              "minLength": 1,
              "maxLength": 64,
              "pattern": "^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$",
              "example": "klaviyo"
            },
            "identifiers": {
              "type": "string",
              "description": "Identifiers that a webhook must carry: \"both\" person_id and email, or \"any\" one of them.",
              "enum": [
                "both",
                "any"
              ],
              "default": "both"
            },
            "events": {
              "type": "object",
              "description": "Events make the gateway tell Klaviyo how the tenant's webhooks end, by two metrics for each action, such as \"Omneo reward issued\" and \"Omneo reward failed\", which a Flow can be triggered by. They need durable delivery. If absent, Klaviyo is told nothing.",
              "required": [
                "secretRef"
              ],
              "properties": {
                "secretRef": {
                  "type": "object",
                  "description": "SecretRef names a Secret in the resource's own namespace and the key that holds a private API key of the tenant's Klaviyo account, with the scope events:write.",
                  "required": [
                    "name"
                  ],
                  "properties": {
                    "name": {
                      "type": "string",
                      "description": "Name of the Secret.",
                      "minLength": 1,
                      "maxLength": 253,
                      "pattern": "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
                      "example": "acme-klaviyo"
                    },
                    "key": {
                      "type": "string",
                      "description": "Key in the Secret that holds the private API key. It defaults to api-key.",
                      "minLength": 1,
                      "maxLength": 253,
                      "pattern": "^[-._a-zA-Z0-9]+$",
                      "example": "api-key"
                    }
                  },
                  "additionalProperties": false
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "rewards": {
          "type": "object",
          "description": "Rewards holds what is filled in where a webhook says nothing of its own.",
          "default": {},
          "properties": {
            "timezone": {
              "type": "string",
              "description": "Timezone of the rewards, by its IANA name.",
              "default": "UTC",
              "minLength": 1,
              "maxLength": 64,
              "pattern": "^[A-Za-z][-+_/A-Za-z0-9]*$",
              "example": "Australia/Melbourne"
            },
            "expiresAfter": {
              "type": "string",
              "description": "ExpiresAfter is how long a reward is valid: a whole number of hours, days or weeks, such as 12h, 30d or 4w. If absent, Omneo's reward definition decides.",
              "maxLength": 5,
              "pattern": "^[1-9][0-9]{0,3}[hdw]$",
              "example": "30d"
            }
          },
          "additionalProperties": false
        },
        "limits": {
          "type": "object",
          "description": "Limits bound what webhooks may issue, so that a secret that leaks or a template that is wrong cannot mint without end. What is absent is not bounded.",
          "properties": {
            "rewardDefinitions": {
              "type": "array",
              "description": "RewardDefinitions are the ids, in Omneo, of the only reward definitions that webhooks may issue rewards of. A webhook for another one is answered 422, and parked where delivery is durable.",
              "minItems": 1,
              "maxItems": 200,
              "items": {
                "type": "integer",
                "format": "int64",
                "description": "The id of a reward definition in Omneo.",
                "minimum": 1,
                "maximum": 9007199254740991
              }
            },
            "maxAmount": {
              "type": "number",
              "description": "MaxAmount is the most that one reward or credit may be worth, with at most two decimals. A webhook for more is answered 422, and parked where delivery is durable.",
              "minimum": 0.01,
              "maximum": 1000000000
            },
            "perDay": {
              "type": "object",
              "description": "PerDay bounds all that the tenant issues on one calendar day in rewards.timezone.",
              "properties": {
                "rewards": {
                  "type": "integer",
                  "format": "int64",
                  "description": "Rewards is how many that may be: rewards, and whatever else webhooks ask for, all counted together.",
                  "minimum": 1,
                  "maximum": 1000000000
                },
                "amount": {
                  "type": "number",
                  "description": "Amount is what the rewards and credits among these may be worth in all, with at most two decimals.",
                  "minimum": 0.01,
                  "maximum": 1000000000000
                }
              },
              "additionalProperties": false
            },
            "perProfilePerDay": {
              "type": "object",
              "description": "PerProfilePerDay bounds what one customer gets on one calendar day in rewards.timezone.",
              "properties": {
                "rewards": {
                  "type": "integer",
                  "format": "int64",
                  "description": "Rewards is how many that may be: rewards, and whatever else webhooks ask for, all counted together.",
                  "minimum": 1,
                  "maximum": 1000000000
                },
                "amount": {
                  "type": "number",
                  "description": "Amount is what the rewards and credits among these may be worth in all, with at most two decimals.",
                  "minimum": 0.01,
                  "maximum": 1000000000000
                }
              },
              "additionalProperties": false
            }
          },
          "additionalProperties": false
        },
        "delivery": {
          "type": "object",
          "description": "Delivery says what becomes of a webhook that Omneo cannot be given at once.",
          "properties": {
            "mode": {
              "type": "string",
              "description": "Mode is \"Durable\", to keep such a webhook on disk, answer 202 and deliver it later, or \"Synchronous\", to answer with the failure, so that Klaviyo retries. If absent, it is Durable where the gateway's ledger can keep webhooks, and Synchronous elsewhere.",
              "enum": [
                "Durable",
                "Synchronous"
              ]
            },
            "profileNotFound": {
              "type": "string",
              "description": "ProfileNotFound is what becomes of a webhook for a customer who is not in Omneo: \"Reject\" answers 404, \"Wait\" keeps it and looks again until giveUpAfter. Wait needs durable delivery.",
              "enum": [
                "Reject",
                "Wait"
              ],
              "default": "Reject"
            },
            "giveUpAfter": {
              "type": "string",
              "description": "GiveUpAfter is how long a webhook is tried again before it is parked for a human: a whole number of hours, days or weeks, such as 12h, 3d or 1w.",
              "default": "72h",
              "maxLength": 5,
              "pattern": "^[1-9][0-9]{0,3}[hdw]$",
              "example": "72h"
            }
          },
          "additionalProperties": false
        }
      },
      "additionalProperties": false
    },
    "status": {
      "type": "object",
      "description": "Status is what the gateway makes of the spec; its leading replica writes it.",
      "default": {
        "observedGeneration": -1
      },
      "properties": {
        "observedGeneration": {
          "type": "integer",
          "format": "int64",
          "description": "ObservedGeneration is the generation that this status describes; -1 before the first one."
        },
        "slug": {
          "type": "string",
          "description": "Slug in effect, be it from spec.slug or metadata.name.",
          "maxLength": 253
        },
        "path": {
          "type": "string",
          "description": "Path to enter in Klaviyo, below the gateway's public address.",
          "maxLength": 320
        },
        "deliveries": {
          "type": "object",
          "description": "Deliveries counts the webhooks that are not done, at most once a minute. It is absent where delivery is synchronous.",
          "required": [
            "waiting",
            "parked"
          ],
          "properties": {
            "waiting": {
              "type": "integer",
              "format": "int64",
              "minimum": 0,
              "description": "Waiting is the number of accepted webhooks that are still to be delivered to Omneo."
            },
            "parked": {
              "type": "integer",
              "format": "int64",
              "minimum": 0,
              "description": "Parked is the number of webhooks that wait for a human."
            },
            "oldestWaiting": {
              "type": "string",
              "format": "date-time",
              "description": "OldestWaiting is when the oldest of those that wait arrived; absent if none waits."
            }
          },
          "additionalProperties": false
        },
        "conditions": {
          "type": "array",
          "description": "Conditions are Accepted (the spec is valid and holds its slug), ResolvedRefs (every Secret and key was found and is usable), Ready (webhooks are served), Stalled while only a human can help, and, for a tenant with limits.perDay, WithinLimits (no budget of today is spent).",
          "maxItems": 16,
          "items": {
            "type": "object",
            "description": "One aspect of the tenant's state.",
            "required": [
              "type",
              "status",
              "reason",
              "message",
              "lastTransitionTime"
            ],
            "properties": {
              "type": {
                "type": "string",
                "description": "Type of the condition, in CamelCase.",
                "maxLength": 316,
                "pattern": "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"
              },
              "status": {
                "type": "string",
                "description": "Status of the condition.",
                "enum": [
                  "True",
                  "False",
                  "Unknown"
                ]
              },
              "observedGeneration": {
                "type": "integer",
                "format": "int64",
                "minimum": 0,
                "description": "ObservedGeneration is the generation that this condition describes."
              },
              "lastTransitionTime": {
                "type": "string",
                "format": "date-time",
                "description": "LastTransitionTime is when the status of the condition last changed."
              },
              "reason": {
                "type": "string",
                "description": "Reason for the condition's status, one word in CamelCase.",
                "minLength": 1,
                "maxLength": 1024,
                "pattern": "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"
              },
              "message": {
                "type": "string",
                "description": "Message says in a sentence what is the case and, if need be, what to change.",
                "maxLength": 32768
              }
            },
            "additionalProperties": false
          }
        }
      },
      "additionalProperties": false
    }
  },
  "additionalProperties": false
};
