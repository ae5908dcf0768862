models_said.o: service/edge/admin/models_said.c service/banned.h \
  service/edge/admin/models_said.h service/edge/admin/model_job.h \
  service/edge/admin/../format/form.h \
  service/edge/admin/../format/../../core/arena.h \
  service/edge/admin/../format/../../core/span.h \
  service/edge/admin/../request/service.h \
  service/edge/admin/../request/../../core/policy.h \
  service/edge/admin/../format/../../core/model.h \
  service/edge/admin/../format/../../core/excerpt.h \
  service/edge/admin/../format/../../core/features.h \
  service/edge/admin/../format/../../core/comment.h \
  service/edge/admin/../format/../../core/reasons.h \
  service/edge/admin/../format/../../core/text.h \
  service/edge/admin/../format/../../core/signals.h \
  service/edge/admin/../format/../../core/counters.h \
  service/edge/admin/../format/../../core/fingerprint.h \
  service/edge/admin/../format/../../core/siphash.h \
  service/edge/admin/../format/../../core/head.h \
  service/edge/admin/../request/../hook/courier.h \
  service/edge/admin/../request/../hook/../process/metrics.h \
  service/edge/admin/../request/../hook/../process/secrets.h \
  service/edge/admin/../request/../hook/../process/../../core/siphash.h \
  service/edge/admin/../request/../hook/../process/../../core/span.h \
  service/edge/admin/../request/../hook/../process/err.h \
  service/edge/admin/../request/../hook/../store/store.h \
  service/edge/admin/../request/../hook/../store/../../core/arena.h \
  service/edge/admin/../request/../hook/../store/../../core/span.h \
  service/edge/admin/../request/../hook/../store/../process/err.h \
  service/edge/admin/../request/../hook/../store/../process/loop.h \
  service/edge/admin/../request/../http/forwarded.h \
  service/edge/admin/../request/../http/http.h \
  service/edge/admin/../request/../http/../../core/address.h \
  service/edge/admin/../request/../http/../../core/arena.h \
  service/edge/admin/../request/../http/../../core/span.h \
  service/edge/admin/../request/../http/../process/err.h \
  service/edge/admin/../request/../http/../process/loop.h \
  service/edge/admin/../request/../http/limiter.h \
  service/edge/admin/../request/../http/watch.h \
  service/edge/admin/../request/../http/../process/events.h \
  service/edge/admin/../request/../known/directory.h \
  service/edge/admin/../request/../known/../store/store_admin.h \
  service/edge/admin/../request/../hook/../store/store_account.h \
  service/edge/admin/../request/../hook/../store/store_model.h \
  service/edge/admin/../request/../hook/../store/../model/model_folder.h \
  service/edge/admin/../request/../hook/../store/../model/../process/err.h \
  service/edge/admin/../request/../known/site_settings.h \
  service/edge/admin/../request/../known/../../core/model.h \
  service/edge/admin/../request/../known/../http/problem.h \
  service/edge/admin/../request/../http/../format/json_out.h \
  service/edge/admin/../request/../known/../process/err.h \
  service/edge/admin/../request/../known/lists.h \
  service/edge/admin/../request/../known/../store/store_lists.h \
  service/edge/admin/../request/../hook/../store/../../core/rules.h \
  service/edge/admin/../request/../known/model_shelf.h \
  service/edge/admin/../request/../known/../model/model_folder.h \
  service/edge/admin/../request/../known/../model/model_slot.h \
  service/edge/admin/../request/../hook/../store/../model/../../core/model.h \
  service/edge/admin/../request/../known/../store/store_model.h \
  service/edge/admin/../request/../known/precedents.h \
  service/edge/admin/../request/../known/../../core/policy.h \
  service/edge/admin/../request/../known/../store/store_decision.h \
  service/edge/admin/../request/../hook/../store/../../core/fingerprint.h \
  service/edge/admin/../request/../known/site_models.h \
  service/edge/admin/../request/../known/site_model.h \
  service/edge/admin/../request/../known/../../core/adapt.h \
  service/edge/admin/../format/../../core/model_shift.h \
  service/edge/admin/../request/../known/trust.h \
  service/edge/admin/../request/../process/aside.h \
  service/edge/admin/../request/../hook/../process/loop.h \
  service/edge/admin/../request/../process/errands.h \
  service/edge/admin/../request/../process/events.h \
  service/edge/admin/../request/../process/metrics.h \
  service/edge/admin/../request/../process/secrets.h \
  service/edge/admin/../request/../state/state.h \
  service/edge/admin/../request/../state/../../core/signals.h \
  service/edge/admin/../request/../state/../process/err.h \
  service/edge/admin/../request/../state/../process/loop.h \
  service/edge/admin/../request/../store/store.h \
  service/edge/admin/../model/model_proposal.h

service/banned.h:

service/edge/admin/models_said.h:

service/edge/admin/model_job.h:

service/edge/admin/../format/form.h:

service/edge/admin/../format/../../core/arena.h:

service/edge/admin/../format/../../core/span.h:

service/edge/admin/../request/service.h:

service/edge/admin/../request/../../core/policy.h:

service/edge/admin/../format/../../core/model.h:

service/edge/admin/../format/../../core/excerpt.h:

service/edge/admin/../format/../../core/features.h:

service/edge/admin/../format/../../core/comment.h:

service/edge/admin/../format/../../core/reasons.h:

service/edge/admin/../format/../../core/text.h:

service/edge/admin/../format/../../core/signals.h:

service/edge/admin/../format/../../core/counters.h:

service/edge/admin/../format/../../core/fingerprint.h:

service/edge/admin/../format/../../core/siphash.h:

service/edge/admin/../format/../../core/head.h:

service/edge/admin/../request/../hook/courier.h:

service/edge/admin/../request/../hook/../process/metrics.h:

service/edge/admin/../request/../hook/../process/secrets.h:

service/edge/admin/../request/../hook/../process/../../core/siphash.h:

service/edge/admin/../request/../hook/../process/../../core/span.h:

service/edge/admin/../request/../hook/../process/err.h:

service/edge/admin/../request/../hook/../store/store.h:

service/edge/admin/../request/../hook/../store/../../core/arena.h:

service/edge/admin/../request/../hook/../store/../../core/span.h:

service/edge/admin/../request/../hook/../store/../process/err.h:

service/edge/admin/../request/../hook/../store/../process/loop.h:

service/edge/admin/../request/../http/forwarded.h:

service/edge/admin/../request/../http/http.h:

service/edge/admin/../request/../http/../../core/address.h:

service/edge/admin/../request/../http/../../core/arena.h:

service/edge/admin/../request/../http/../../core/span.h:

service/edge/admin/../request/../http/../process/err.h:

service/edge/admin/../request/../http/../process/loop.h:

service/edge/admin/../request/../http/limiter.h:

service/edge/admin/../request/../http/watch.h:

service/edge/admin/../request/../http/../process/events.h:

service/edge/admin/../request/../known/directory.h:

service/edge/admin/../request/../known/../store/store_admin.h:

service/edge/admin/../request/../hook/../store/store_account.h:

service/edge/admin/../request/../hook/../store/store_model.h:

service/edge/admin/../request/../hook/../store/../model/model_folder.h:

service/edge/admin/../request/../hook/../store/../model/../process/err.h:

service/edge/admin/../request/../known/site_settings.h:

service/edge/admin/../request/../known/../../core/model.h:

service/edge/admin/../request/../known/../http/problem.h:

service/edge/admin/../request/../http/../format/json_out.h:

service/edge/admin/../request/../known/../process/err.h:

service/edge/admin/../request/../known/lists.h:

service/edge/admin/../request/../known/../store/store_lists.h:

service/edge/admin/../request/../hook/../store/../../core/rules.h:

service/edge/admin/../request/../known/model_shelf.h:

service/edge/admin/../request/../known/../model/model_folder.h:

service/edge/admin/../request/../known/../model/model_slot.h:

service/edge/admin/../request/../hook/../store/../model/../../core/model.h:

service/edge/admin/../request/../known/../store/store_model.h:

service/edge/admin/../request/../known/precedents.h:

service/edge/admin/../request/../known/../../core/policy.h:

service/edge/admin/../request/../known/../store/store_decision.h:

service/edge/admin/../request/../hook/../store/../../core/fingerprint.h:

service/edge/admin/../request/../known/site_models.h:

service/edge/admin/../request/../known/site_model.h:

service/edge/admin/../request/../known/../../core/adapt.h:

service/edge/admin/../format/../../core/model_shift.h:

service/edge/admin/../request/../known/trust.h:

service/edge/admin/../request/../process/aside.h:

service/edge/admin/../request/../hook/../process/loop.h:

service/edge/admin/../request/../process/errands.h:

service/edge/admin/../request/../process/events.h:

service/edge/admin/../request/../process/metrics.h:

service/edge/admin/../request/../process/secrets.h:

service/edge/admin/../request/../state/state.h:

service/edge/admin/../request/../state/../../core/signals.h:

service/edge/admin/../request/../state/../process/err.h:

service/edge/admin/../request/../state/../process/loop.h:

service/edge/admin/../request/../store/store.h:

service/edge/admin/../model/model_proposal.h:
