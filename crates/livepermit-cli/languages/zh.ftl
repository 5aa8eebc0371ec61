# 给访客、值守人员和纸质凭条看的全部文字：简体中文。

## 灯

gate-green = 通行
gate-yellow = 通行并核对
gate-red = 禁止通行
gate-out-of-order = 闸机故障
gate-neutral = 已经通行

## 怎么做

gate-let-in = 请放行。
gate-let-in-and = 请放行。{ $cautions }
gate-show-your-code = 请出示二维码
gate-hold-still = 请保持不动

## 通过的码

gate-permit = { $class } { $form }，许可编号 { $permit }
gate-shown-by = { $who } 以 { $role } 身份代 { $subject } 出示
gate-person = 姓名 { $name }
gate-check-number = 核对号 { $number }
form-pass = 通行码
form-presentation = 动态码
form-slip = 纸质凭条

## 被拒绝的码

gate-phone-ahead = 手机时钟比闸机快 { $span }
gate-stale = 此码已于 { $span }前失效
gate-warms-up = 闸机正在准备，因为已用码的记录是新的：{ $until } 起验码和验凭条，还需 { $span }
gate-memory-lost = 已用码的记录丢失：{ $until } 起恢复验码和验凭条，还需 { $span }
gate-memory-lost-for-good = 已用码的记录丢失，旧服务器可能仍在运行：请管理员用 `livepermit store go-on` 结束等待
gate-forgotten = 此码生成于 { $made }，本闸机只记得 { $from } 以后的码
gate-phones-agree = 手机或共用的已用码记录的时间是 { $theirs }，闸机的时间是 { $ours }
gate-free-in = { $span }后可再次通行
gate-ago = { $span }前
gate-ended = 已于 { $until } 结束，{ $span }前
gate-begins = { $from } 才开始，还有 { $span }
gate-beyond-limit = { $found }，限值 { $limit }
gate-clock-ahead = 本闸机时钟比多部手机快 { $span }
gate-clock-behind = 本闸机时钟比多部手机慢 { $span }

## 持续的情况

gate-store-failed = 已用码的存储没有响应：{ $reason }
gate-store-unusable = 已用码的存储无法使用：{ $reason }
gate-list-waits = 名单 { $name } 尚未启用（{ $code }），{ $again } 再试
gate-place = { $gate } 闸机，{ $lane } 通道，进入 { $zone }

## 扫描枪设置有误

gate-layout-cause = 扫描枪按美式键盘输入，而本计算机按另一种键盘（{ $layout }）接收。
gate-layout-instruction = 闸机故障：请把扫描枪设为 { $layout } 键盘，或把本计算机设为美式键盘（US）；最好把扫描枪设为串口模式（USB-COM）。

## 扫描枪、摄像头、时钟，以及向访客提问

gate-unknown-layout-cause = 扫描枪按美式键盘输入，而本计算机是另一种键盘。
gate-unknown-layout-instruction = 闸机故障：请把本计算机设为美式键盘（US），或把扫描枪设为本计算机的键盘；最好把扫描枪设为串口模式（USB-COM）。
gate-several-codes-cause = 扫描枪连续输入了两个码，中间没有换行。
gate-several-codes-instruction = 闸机故障：请把扫描枪设为每个码后发送回车（CR），并逐个扫描。
gate-cut-line-cause = 码不完整：扫描枪只发送了一部分。
gate-cut-line-instruction = 闸机故障：请把扫描枪设为一次发送任意长度的码、末尾加回车（CR）、字符间无延迟；然后重新扫描。
gate-case-changed = 字母大小写被改变；若一直如此，请关闭大写锁定键（Caps Lock），并把扫描枪设为保持大小写不变
gate-scanner-faulty = 最近 { $count } 个码没有完整送达：{ $cause }
gate-scanner-case-changed = 连续 { $count } 个码的字母大小写被改变
gate-frames-wrong = 摄像头画面有误：{ $reason }
gate-frames-missing = 摄像头没有送来完整画面，请检查摄像头
gate-clock-unproven = 码的时间是 { $theirs }，闸机的时间是 { $ours }；启动以来还没有码通过，闸机时钟可能有误：请核对
gate-let-in-before = 此许可的一个码于 { $span }前在 { $gate } 闸机 { $lane } 通道放行
gate-let-in-at = { $ago }已在 { $lane } 通道放行
gate-memory-ahead = 本闸机记录此许可的时间是 { $moment }，而这个时间尚未到来：闸机时钟慢了，或当时（例如演练中）时钟快了
gate-type-digits = 请在应用中输入这些数字
gate-scan-question = 请先用应用扫描此码，再出示您的码。{ $span }
gate-window-too-small = 窗口太小，无法显示问题：需要 { $columns } 列 { $rows } 行

## 闸机状态

gate-trust-list = 信任名单 { $name }
gate-status-list = 状态名单 { $name }
gate-list-ageing = { $list } 已有 { $age }，{ $left }后过旧{ $why }
gate-list-too-old = { $list } 自 { $at } 起过旧{ $why }
gate-list-expiring = { $list } 将在 { $left }后（{ $at }）到期{ $why }
gate-list-expired = { $list } 已于 { $at } 到期{ $why }
gate-not-fetched-since = { $url } 自 { $since } 起未能获取：{ $reason }
gate-store-caution = 已用码的存储：{ $text }
gate-state-not-written = 状态文件夹无法写入：{ $reason }
gate-log-not-written = 日志无法写入，已丢失 { $lost } 行
gate-health-in-order = { $place }：正常，自 { $since } 起运行（livepermit { $version }）
gate-health-out-of-order = { $place }：故障，自 { $since } 起运行（livepermit { $version }）
gate-health-ended = { $place }：已于 { $at } 停止
gate-health-warning = 注意：{ $text }
gate-health-clock = 时钟：{ $clock }
gate-health-clock-ahead = 时钟：{ $clock }，比多部手机快 { $span }
gate-health-clock-behind = 时钟：{ $clock }，比多部手机慢 { $span }
gate-health-list = { $list }：{ $age }前生成，{ $ends }
gate-health-too-old-in = { $span }后过旧
gate-health-too-old = 已过旧 { $span }
gate-health-ends-in = { $span }后到期
gate-health-ended-ago = { $span }前到期
gate-health-fetched = { $url }：{ $ago }前获取，{ $next }后再取
gate-health-not-fetched = { $url }：自 { $since } 起未能获取：{ $reason }；{ $next }后再取
gate-health-not-fetched-yet = { $url }：正在获取
gate-health-store = 已用码的存储：正常
gate-health-no-answer = 最近一次扫描：启动以来没有
gate-health-last = 最近一次扫描：{ $ago }前，{ $light } { $code }；启动以来共 { $answers } 次
gate-health-frames = 摄像头：每秒 { $second } 帧，启动以来共 { $total } 帧
gate-health-queue = { $lines } 行正在等待处理

## 时长和日期

span-seconds = { $n } 秒
span-minutes = { $n } 分钟
span-hours = { $n } 小时
span-day = { $n } 天
span-days = { $n } 天
span-years = 约 { $n } 年
span-two = { $large } { $small }
date = { $year }年{ $month }月{ $day }日
date-month = { $year }年{ $month }月
date-time = { $date } { $time }

## 纸质凭条

slip-title = 许可凭条
slip-name = 姓名
slip-born = 出生日期
slip-permit = 许可编号
slip-class = 类别
slip-issuer = 签发机构
slip-valid-from = 生效时间
slip-valid-until = 有效期至
slip-check-number = 核对号
slip-seal = 盖章处
slip-check-document = 纸质凭条：请核对身份证件。
slip-can-be-copied = 此码可以被复制。仅当与上述本人的身份证件一同出示、在接受纸质凭条的闸机、且未被注销时有效。
slip-printing = 打印前请注意：按实际大小（100%）打印，使用白色哑光纸、黑色墨粉，分辨率不低于300 dpi。二维码连同白边的边长应为{ $millimetres }毫米。请保持平整，勿从二维码处折叠，勿覆亮膜。本提示不会被打印。

## 每种拒绝代码：现场怎么做

rejection-empty = 请重新扫描。
rejection-too-long = 这不是许可码。请对方打开许可应用。
rejection-not-ours = 这不是许可码。请对方打开许可应用。
rejection-other-version = 请升级闸机，或请对方升级许可应用。
rejection-malformed = 请重新扫描；若仍如此，是应用或签发机构生成了错误的码。
rejection-unknown-type = 这不是许可码。请对方打开许可应用。
rejection-credential-alone = 请出示应用中的动态码，不要出示凭证的副本。
rejection-trust-list-expired = 闸机故障：请获取新的信任名单。
rejection-unknown-key = 请拒绝。若许多访客都如此，是闸机的信任密钥过旧。
rejection-algorithm-mismatch = 请拒绝。
rejection-bad-signature = 请拒绝：此码被改动或伪造。
rejection-bad-device-key = 请拒绝，并通知签发机构。
rejection-bad-device-signature = 请拒绝：此码被改动或伪造。
rejection-issuer-mismatch = 请拒绝，并通知签发机构。
rejection-class-not-granted = 请拒绝，并通知签发机构。
rejection-use-not-granted = 请拒绝，并通知签发机构。
rejection-key-not-yet-valid = 请拒绝，并通知签发机构。
rejection-key-retired = 请拒绝；持有人需要向签发机构换领新许可。
rejection-key-expired = 请拒绝；持有人需要向签发机构换领新许可。
rejection-not-yet-valid = 请拒绝；到所示时间才生效。若许多访客都如此，请检查闸机时钟。
rejection-expired = 请持有人联网，让应用获取新的凭证。
rejection-credential-too-old = 请持有人联网，让应用获取新的凭证。
rejection-times-out-of-order = 请持有人校准手机时钟。
rejection-from-the-future = 请持有人校准手机时钟。若许多访客都如此，请检查闸机时钟。
rejection-stale = 请出示应用中的动态码。
rejection-wrong-audience = 请持有人为本闸机生成二维码。
rejection-challenge-missing = 请持有人先扫描闸机上的码。
rejection-challenge-unexpected = 请持有人为本闸机生成二维码。
rejection-challenge-mismatch = 请持有人重新扫描闸机上的码。
rejection-challenge-expired = 请持有人扫描闸机上的新码。
rejection-challenge-not-supplied = 闸机故障：请通知管理员。
rejection-form-not-accepted = 请拒绝；并说明本闸机接受哪种码。
rejection-class-not-accepted = 请拒绝：此许可不适用于这里。
rejection-acting-not-accepted = 请拒绝；许可上的本人必须亲自前来。
rejection-status-missing = 请拒绝，并通知签发机构。
rejection-status-list-unknown = 闸机故障：请获取签发机构的状态名单。
rejection-status-list-expired = 闸机故障：请获取签发机构的状态名单。
rejection-status-list-too-old = 闸机故障：请获取签发机构的状态名单。
rejection-status-index-out-of-range = 请拒绝，并通知签发机构。
rejection-revoked = 请拒绝：此许可已被注销。
rejection-suspended = 请拒绝：此许可已被暂停；请持有人咨询签发机构。
rejection-status-not-valid = 请拒绝；请持有人咨询签发机构。
rejection-clock-below-floor = 闸机故障：请校准闸机时钟。
rejection-clock-suspect = 闸机故障：请检查闸机时钟。
rejection-challenge-unknown = 请持有人重新扫描闸机上的码。
rejection-already-accepted-here = 无需操作：已经放行。若是另一个人出示同一个码，则不放行。
rejection-already-used = 请拒绝：请出示应用中的动态码。
rejection-superseded = 请拒绝：请出示应用中的动态码。
rejection-cooling-down = 暂不放行；到所示时间可再次通行。
rejection-memory-ahead = 闸机对此许可无法判断：请检查闸机时钟。若时钟无误，请在所示时间之前人工放行。
rejection-forgotten = 闸机故障：到所示时间恢复验码。请等到那时，再扫描新的码。
rejection-store-full = 闸机故障：请扩大存储空间。
rejection-store-unreachable = 闸机故障：请检查存储。

## 放行时的提醒

caution-revocation-not-checked = 本闸机不查询许可是否已注销。
caution-status-old = 注销名单已过期：请获取新的名单。
caution-printed = 纸质凭条：请核对身份证件。
caution-acting = 代他人出示：请核对出示人的身份。
caution-replay-not-checked = 本闸机无法判断此码是否用过。
caution-clock-jumped = 闸机时钟向前跳变，或长时间无人通行：请检查时钟。
