using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Guests.Lockstep;

/// <summary>What one side of a comparison is made of.</summary>
/// <param name="Factory">Makes its back end.</param>
/// <param name="Clock">
/// The time of the interrupt controllers and the interval timer, which the back end has too; the side ends it. Null: there are none, and every port access comes back.
/// </param>
public sealed record LockstepMachine(BackendFactory Factory, VmClock? Clock = null);
