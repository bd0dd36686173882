"""All services of a server, made once and handed to whoever needs them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from promptyflow_server.ai.checking import Checks
from promptyflow_server.ai.configs.handlers import routes as config_routes
from promptyflow_server.ai.configs.service import Configs
from promptyflow_server.ai.counting import Counting
from promptyflow_server.ai.gauge import Gauge
from promptyflow_server.ai.handlers import routes as ai_routes
from promptyflow_server.ai.models.catalogue import Catalogue
from promptyflow_server.ai.models.lists import ModelLists
from promptyflow_server.ai.models.service import Models
from promptyflow_server.ai.policy import Policy, read_policy
from promptyflow_server.ai.retention import Retention
from promptyflow_server.ai.runner import Runner
from promptyflow_server.ai.sending import Sending
from promptyflow_server.ai.service import Ai
from promptyflow_server.ai.spending import Spending
from promptyflow_server.auth.bearers import Bearers
from promptyflow_server.auth.handlers import routes as auth_routes
from promptyflow_server.auth.openid import OpenId
from promptyflow_server.auth.personal_tokens import PersonalTokens
from promptyflow_server.auth.service import SignIn
from promptyflow_server.auth.sessions import Sessions
from promptyflow_server.auth.signing import Signer
from promptyflow_server.events.feed import Feed
from promptyflow_server.events.handlers import routes as event_routes
from promptyflow_server.http.dispatcher import Dispatcher
from promptyflow_server.http.openapi import openapi_routes
from promptyflow_server.http.routing import Router, Routes
from promptyflow_server.hub.settings import LOOPBACK
from promptyflow_server.projects.context.handlers import routes as context_routes
from promptyflow_server.projects.context.moving import Moving
from promptyflow_server.projects.context.service import ContextService
from promptyflow_server.projects.handlers import routes as project_routes
from promptyflow_server.projects.history.handlers import routes as history_routes
from promptyflow_server.projects.history.service import HistoryService
from promptyflow_server.projects.importing.handlers import routes as import_routes
from promptyflow_server.projects.importing.service import ImportService
from promptyflow_server.projects.prompts.handlers import routes as prompt_routes
from promptyflow_server.projects.prompts.service import PromptService
from promptyflow_server.projects.search.handlers import routes as project_search_routes
from promptyflow_server.projects.search.service import ProjectSearcher
from promptyflow_server.projects.service import ProjectService
from promptyflow_server.projects.splitting.handlers import routes as splitting_routes
from promptyflow_server.projects.splitting.service import SplitService
from promptyflow_server.projects.writing import ProjectWriter
from promptyflow_server.providers.address import Reach
from promptyflow_server.providers.registry import Providers, build_providers
from promptyflow_server.security.access_tokens import AccessTokens
from promptyflow_server.security.identity import Identities
from promptyflow_server.security.sign_ins import SignIns
from promptyflow_server.security.vault import Vault
from promptyflow_server.shared.cache import Cache
from promptyflow_server.shared.metrics import Metrics
from promptyflow_server.shared.rate_limits import RateLimits
from promptyflow_server.sharing.handlers import routes as sharing_routes
from promptyflow_server.sharing.service import SharingService
from promptyflow_server.storage.database import Database
from promptyflow_server.templates.handlers import routes as template_routes
from promptyflow_server.templates.searching import TemplateSearcher
from promptyflow_server.templates.service import TemplateService
from promptyflow_server.tokens.counter import TokenCounter
from promptyflow_server.users.account import Accounts
from promptyflow_server.users.handlers import routes as user_routes
from promptyflow_server.users.keys import ApiKeys
from promptyflow_server.users.service import Users

if TYPE_CHECKING:
    from promptyflow_server.hub.door import HubDoor
    from promptyflow_server.settings import Settings
    from promptyflow_server.shared.metrics import Reading
    from promptyflow_server.shared.redis_line import RedisLine


@dataclass(frozen=True, slots=True)
class Services:
    """What handlers work with."""

    settings: Settings
    database: Database
    identities: Identities
    access_tokens: AccessTokens
    sign_ins: SignIns
    sign_in: SignIn
    hub: HubDoor | None
    personal_tokens: PersonalTokens
    redis: RedisLine | None
    rate_limits: RateLimits
    cache: Cache
    metrics: Metrics
    projects: ProjectService
    context: ContextService
    moving: Moving
    prompts: PromptService
    splitting: SplitService
    importing: ImportService
    history: HistoryService
    sharing: SharingService
    project_search: ProjectSearcher
    templates: TemplateService
    template_search: TemplateSearcher
    users: Users
    accounts: Accounts
    providers: Providers
    api_keys: ApiKeys
    runner: Runner
    policy: Policy
    models: Models
    gauge: Gauge
    counting: Counting
    retention: Retention
    sending: Sending
    ai: Ai
    configs: Configs
    events: Feed

    async def start(self) -> None:
        """Do what must be done before the first request is answered."""
        await self.database.ready()
        await self.runner.start()
        self.retention.start()

    async def close(self) -> None:
        """End what runs, then the database."""
        await self.events.close()
        await self.retention.close()
        await self.runner.close()
        self.gauge.close()
        await self.providers.close()
        await self.sign_in.close()
        if self.hub is not None:
            await self.hub.close()
        if self.redis is not None:
            await self.redis.close()
        await self.database.close()


def build_services(settings: Settings) -> Services:
    """Return the services, wired; nothing is connected yet."""
    redis = _redis(settings)
    database = Database(settings, redis)
    writer = ProjectWriter(database, settings.limits)
    projects = ProjectService(writer)
    template_search = TemplateSearcher(database)
    templates = TemplateService(database, settings.limits, template_search.forget)
    providers = build_providers(settings)
    policy = read_policy(settings.policy_file)
    runner = Runner(database)
    access_tokens = AccessTokens(database)
    identities = Identities(database)
    users = Users(database, settings.limits)
    sessions = _sessions(settings, database)
    hub = _hub(settings, database, identities)
    openid = None if settings.sign_in is None else OpenId(settings.sign_in)
    rate_limits = RateLimits(settings.own_rate_limits, redis)
    events = Feed(database)
    metrics = Metrics(lambda: [*database.readings(), *_readings(runner, events, redis)])
    runner.watch(metrics.run)
    cache = Cache(redis, told=metrics.cache_read)
    lists = ModelLists(cache)
    reach = Reach.of(settings.providers, local=settings.local)
    api_keys = ApiKeys(database, Vault(settings), providers, lists, reach, policy)
    models = Models(Catalogue.shipped(), lists, policy)
    gauge = Gauge(database, TokenCounter())
    counting = Counting(gauge, models, providers, api_keys)
    prompts = PromptService(writer, counting)
    context = ContextService(writer, counting)
    spending = Spending(policy)
    checks = Checks(models, gauge, policy)
    return Services(
        settings=settings,
        database=database,
        identities=identities,
        access_tokens=access_tokens,
        sign_ins=SignIns(
            Bearers(access_tokens, sessions, hub), rate_limits, LOOPBACK if hub else ()
        ),
        hub=hub,
        sign_in=SignIn(database, settings.sign_in, openid, sessions, identities),
        personal_tokens=PersonalTokens(access_tokens, are_taken=not settings.local and hub is None),
        redis=redis,
        rate_limits=rate_limits,
        cache=cache,
        metrics=metrics,
        projects=projects,
        context=context,
        moving=Moving(writer),
        prompts=prompts,
        splitting=SplitService(writer, counting),
        history=HistoryService(writer),
        sharing=SharingService(database, rate_limits),
        project_search=ProjectSearcher(database),
        importing=ImportService(projects, context, templates, settings.limits),
        templates=templates,
        template_search=template_search,
        users=users,
        accounts=Accounts(
            database, users, projects, spending, [identities.forget, template_search.forget]
        ),
        providers=providers,
        api_keys=api_keys,
        runner=runner,
        policy=policy,
        models=models,
        gauge=gauge,
        counting=counting,
        retention=Retention(database, policy.runs, settings.audit_days),
        sending=Sending(
            database, providers, api_keys, prompts, policy, checks, spending, gauge, runner
        ),
        ai=Ai(database, providers, api_keys, models, runner, spending),
        configs=Configs(database, providers, policy),
        events=events,
    )


def _readings(runner: Runner, events: Feed, redis: RedisLine | None) -> list[Reading]:
    readings: list[Reading] = [
        ("runs_running", "Runs of this process.", {}, float(runner.running)),
        ("events_listening", "1: changes are heard; 0: looked for.", {}, float(events.is_heard)),
    ]
    if redis is not None:
        readings.append(("redis_up", "Whether Redis answered of late.", {}, float(redis.is_up)))
    return readings


def _sessions(settings: Settings, database: Database) -> Sessions | None:
    if settings.sign_in is None:
        return None
    return Sessions(database, Signer(settings.sign_in), settings.sign_in.refresh_grace)


def _hub(settings: Settings, database: Database, identities: Identities) -> HubDoor | None:
    if settings.hub is None:
        return None
    from promptyflow_server.hub.door import HubDoor

    return HubDoor(settings.hub, database, identities)


def _redis(settings: Settings) -> RedisLine | None:
    if settings.redis_url is None:
        return None
    from promptyflow_server.shared.redis_line import RedisLine

    return RedisLine(settings.redis_url)


def build_dispatcher(settings: Settings) -> Dispatcher:
    """Return what answers requests, with every resource's endpoints."""
    resources: list[Routes] = [
        auth_routes,
        user_routes,
        project_routes,
        context_routes,
        splitting_routes,
        import_routes,
        history_routes,
        sharing_routes,
        project_search_routes,
        prompt_routes,
        template_routes,
        ai_routes,
        config_routes,
        event_routes,
    ]
    router = Router([*resources, openapi_routes(resources)])
    return Dispatcher(router, build_services(settings))
