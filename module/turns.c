// SPDX-License-Identifier: GPL-2.0
/*
 * Turns of those who call: see turns.h.
 */
#include <linux/completion.h>
#include <linux/cred.h>
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/hashtable.h>
#include <linux/kcov.h>
#include <linux/list.h>
#include <linux/llist.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>
#include <linux/workqueue.h>

#include "main.h"
#include "turns.h"

/* Turns taken in a row before others who wait for the lock, a decision first, get it. */
#define TURNS_IN_A_ROW	16

/**
 * struct turn - what somebody waits to have done; on his stack
 *
 * The turns of one user form a ring, the oldest of which alone is in the tables of its
 * queue: so a queue needs no memory of its own. The links are protected by the queue's lock.
 */
struct turn {
	/** @order: of the oldest of a user: among the users who wait */
	struct list_head order;
	/** @node: of the oldest of a user: in the table of them */
	struct hlist_node node;
	/** @ring: the turns of that user, in the order in which they came */
	struct list_head ring;
	/** @waits: in the queue, not begun; protected by the queue's lock */
	bool waits;
	/** @payer: the user; immutable, like all that follows but @ret */
	kuid_t payer;
	/** @cred: the caller's, who waits and so keeps them */
	const struct cred *cred;
	/** @fn: what to do */
	int (*fn)(void *arg);
	/** @arg: its argument */
	void *arg;
	/** @kcov: where a fuzzer that calls counts the lines reached; 0: nowhere */
	u64 kcov;
	/** @ret: what it returned; written before @done */
	int ret;
	/** @done: it has been done */
	struct completion done;
};

/**
 * struct queue - turns that are waited for
 */
struct queue {
	/** @lock: protects the rest, and the links of turns */
	spinlock_t lock;
	/** @users: the oldest turn of each user, the next one first */
	struct list_head users;
	/** @oldest: the same by user */
	DECLARE_HASHTABLE(oldest, 6);
	/** @work: takes the turns */
	struct work_struct work;
};

/* Turns under aios_lock, and those that wait for files. */
static struct queue turns, slow_turns;
static struct workqueue_struct *turns_wq;

/* What is done after the turn that is being taken; protected by aios_lock. */
static struct {
	struct llist_head list;
	struct task_struct *taker;	/* who takes it; NULL: nobody. Read by all */
	bool brief;			/* a caller takes it himself, and must not sleep */
} later = { .list = LLIST_HEAD_INIT(later.list) };

/* ----------------------------------------------------------------- the queue */

/*
 * Whose turn it is: the user's, or in user namespaces his who owns the outermost one, for
 * he has as many users there as he likes.
 */
static kuid_t payer_of(const struct cred *cred)
{
	struct user_namespace *ns = cred->user_ns;
	kuid_t payer = cred->euid;

	for (; ns->parent; ns = ns->parent)
		payer = ns->owner;
	return payer;
}

static struct turn *find_oldest(struct queue *queue, kuid_t payer)
{
	struct turn *turn;

	hash_for_each_possible(queue->oldest, turn, node, __kuid_val(payer))
		if (uid_eq(turn->payer, payer))
			return turn;
	return NULL;
}

static void become_oldest(struct queue *queue, struct turn *turn)
{
	hash_add(queue->oldest, &turn->node, __kuid_val(turn->payer));
	list_add_tail(&turn->order, &queue->users);
}

static void enqueue(struct queue *queue, struct turn *turn)
{
	struct turn *oldest;

	spin_lock(&queue->lock);
	oldest = find_oldest(queue, turn->payer);
	INIT_LIST_HEAD(&turn->ring);
	if (oldest)
		list_add_tail(&turn->ring, &oldest->ring);
	else
		become_oldest(queue, turn);
	turn->waits = true;
	spin_unlock(&queue->lock);
}

/* The caller holds the lock. The user's next turn comes after those of all others. */
static void dequeue(struct queue *queue, struct turn *turn)
{
	bool oldest = find_oldest(queue, turn->payer) == turn;
	struct turn *next = list_next_entry(turn, ring);

	list_del(&turn->ring);
	turn->waits = false;
	if (!oldest)
		return;
	hash_del(&turn->node);
	list_del(&turn->order);
	if (next != turn)
		become_oldest(queue, next);
}

static struct turn *next_turn(struct queue *queue)
{
	struct turn *turn;

	spin_lock(&queue->lock);
	turn = list_first_entry_or_null(&queue->users, struct turn, order);
	if (turn)
		dequeue(queue, turn);
	spin_unlock(&queue->lock);
	return turn;
}

/* Whether it was in the queue, and nothing will be done. */
static bool withdraw_turn(struct queue *queue, struct turn *turn)
{
	bool waits;

	spin_lock(&queue->lock);
	waits = turn->waits;
	if (waits)
		dequeue(queue, turn);
	spin_unlock(&queue->lock);
	return waits;
}

/* ---------------------------------------------------------------- the workers */

/**
 * aios_turn_is_here - whether a turn is being taken by whoever asks
 *
 * An interrupt of who takes it is not part of it, and can come when all has been done that
 * was put off.
 */
bool aios_turn_is_here(void)
{
	return in_task() && READ_ONCE(later.taker) == current;
}

/**
 * aios_turn_is_brief - whether whoever holds aios_lock must not sleep
 *
 * The caller holds it.
 */
bool aios_turn_is_brief(void)
{
	lockdep_assert_held(&aios_lock);
	return later.brief;
}

/**
 * aios_turn_gfp - how memory is taken under aios_lock
 *
 * The caller holds it.
 */
gfp_t aios_turn_gfp(void)
{
	return aios_turn_is_brief() ? GFP_NOWAIT | __GFP_NOWARN : GFP_KERNEL;
}

/**
 * aios_turn_later - put something off until the caller has his answer
 * @what: the thing, which stays there until it is done
 *
 * Waking other workers of the module is such a thing: on a busy processor they would run
 * before the caller. A turn is being taken here.
 *
 * Return: false when it was put off already.
 */
bool aios_turn_later(struct aios_later *what)
{
	lockdep_assert_held(&aios_lock);
	if (test_and_set_bit(0, &what->waits))
		return false;
	llist_add(&what->node, &later.list);
	return true;
}

static void do_later(void)
{
	struct aios_later *what, *next;

	llist_for_each_entry_safe(what, next, llist_del_all(&later.list), node) {
		clear_bit(0, &what->waits);
		what->fn(what);
	}
}

static void do_turn(struct turn *turn)
{
	kcov_remote_start_common(turn->kcov);
	turn->ret = turn->fn(turn->arg);
	kcov_remote_stop();
}

static void take_turn(struct turn *turn)
{
	const struct cred *own = override_creds(turn->cred);

	do_turn(turn);
	revert_creds(own);
	/* Who waits goes, and his turn with him. */
	complete(&turn->done);
	do_later();
}

static void take_turns(struct work_struct *work)
{
	struct turn *turn;
	unsigned int taken;

	do {
		taken = 0;
		mutex_lock(&aios_lock);
		WRITE_ONCE(later.taker, current);
		while (taken < TURNS_IN_A_ROW && (turn = next_turn(&turns))) {
			take_turn(turn);
			taken++;
		}
		WRITE_ONCE(later.taker, NULL);
		mutex_unlock(&aios_lock);
		cond_resched();
	} while (taken);
}

static void take_slow_turns(struct work_struct *work)
{
	struct turn *turn;

	while ((turn = next_turn(&slow_turns))) {
		do_turn(turn);
		complete(&turn->done);
		cond_resched();
	}
}

/* ----------------------------------------------------------------- the callers */

static int wait_for_turn(struct queue *queue, int (*fn)(void *arg), void *arg,
			 bool interruptible)
{
	struct turn turn = {
		.payer = payer_of(current_cred()),
		.cred = current_cred(),
		.fn = fn,
		.arg = arg,
		.kcov = kcov_common_handle(),
	};

	init_completion(&turn.done);
	enqueue(queue, &turn);
	queue_work(turns_wq, &queue->work);
	if (interruptible && !wait_for_completion_interruptible(&turn.done))
		return turn.ret;
	if (interruptible && withdraw_turn(queue, &turn))
		return -ERESTARTSYS;
	wait_for_completion(&turn.done);
	return turn.ret;
}

/**
 * aios_turn - have something done under aios_lock
 * @fn: what: it may sleep for memory, and finds the caller's credentials, but neither his
 *	memory nor his task
 * @arg: its argument
 *
 * The caller holds no lock.
 *
 * Return: what @fn returned; -ERESTARTSYS when a signal came before it began: then nothing
 * was done.
 */
int aios_turn(int (*fn)(void *arg), void *arg)
{
	return wait_for_turn(&turns, fn, arg, true);
}

/**
 * aios_turn_uninterrupted - have something done under aios_lock that must be done
 * @fn: as of aios_turn()
 * @arg: its argument
 *
 * For what follows from something that has been done. The caller holds no lock.
 *
 * Return: what @fn returned.
 */
int aios_turn_uninterrupted(int (*fn)(void *arg), void *arg)
{
	return wait_for_turn(&turns, fn, arg, false);
}

/**
 * aios_turn_try - do something short under aios_lock, if nobody holds it
 * @fn: what: it does not sleep, and takes memory as aios_turn_gfp() says
 * @arg: its argument
 * @ret: what it returned
 *
 * The caller cannot be stopped meanwhile. He holds no lock.
 *
 * Return: whether it was done.
 */
bool aios_turn_try(int (*fn)(void *arg), void *arg, int *ret)
{
	/* There, what @fn locks sleeps. */
	if (IS_ENABLED(CONFIG_PREEMPT_RT))
		return false;
	preempt_disable();
	if (!mutex_trylock(&aios_lock)) {
		preempt_enable();
		return false;
	}
	later.brief = true;
	*ret = fn(arg);
	later.brief = false;
	mutex_unlock(&aios_lock);
	preempt_enable();
	return true;
}

/**
 * aios_turn_brief - do something short under aios_lock
 * @fn: what: it does not sleep and does not decide
 * @arg: its argument
 *
 * Where the lock is free, and the kernel's spinlocks do not sleep, the caller does it
 * himself. He holds no lock.
 *
 * Return: what @fn returned.
 */
int aios_turn_brief(int (*fn)(void *arg), void *arg)
{
	int ret;

	if (aios_turn_try(fn, arg, &ret))
		return ret;
	return aios_turn_uninterrupted(fn, arg);
}

/**
 * aios_turn_quick - have something short done under aios_lock that needs memory
 * @fn: what, as of aios_turn_try(); what fails of -ENOMEM can be done once more
 * @arg: its argument
 *
 * The caller holds no lock.
 *
 * Return: as aios_turn().
 */
int aios_turn_quick(int (*fn)(void *arg), void *arg)
{
	int ret;

	if (aios_turn_try(fn, arg, &ret) && ret != -ENOMEM)
		return ret;
	return aios_turn(fn, arg);
}

/**
 * aios_turn_slow - have something done that takes locks and waits for files
 * @fn: what: it finds the worker's own credentials, with which files are written; for what
 *	it decides under aios_lock it takes the caller's from its argument
 * @arg: its argument
 *
 * The caller holds no lock.
 *
 * Return: as aios_turn().
 */
int aios_turn_slow(int (*fn)(void *arg), void *arg)
{
	return wait_for_turn(&slow_turns, fn, arg, true);
}

/* ------------------------------------------------------------ setup, teardown */

static void init_queue(struct queue *queue, work_func_t take)
{
	spin_lock_init(&queue->lock);
	INIT_LIST_HEAD(&queue->users);
	hash_init(queue->oldest);
	INIT_WORK(&queue->work, take);
}

/**
 * aios_turns_init - begin to take turns
 *
 * Return: 0 or -ENOMEM.
 */
int aios_turns_init(void)
{
	init_queue(&turns, take_turns);
	init_queue(&slow_turns, take_slow_turns);
	turns_wq = alloc_workqueue("aios_turns", WQ_UNBOUND | WQ_HIGHPRI | WQ_MEM_RECLAIM, 0);
	return turns_wq ? 0 : -ENOMEM;
}

/**
 * aios_turns_exit - nobody can call any more
 */
void aios_turns_exit(void)
{
	destroy_workqueue(turns_wq);
}
