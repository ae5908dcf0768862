/* The heads of a model: what comments are judged for, side by side. */
#ifndef CORE_HEAD_H
#define CORE_HEAD_H

enum model_head_id { HEAD_SPAM, HEAD_ABUSE, MODEL_HEADS };

#endif
