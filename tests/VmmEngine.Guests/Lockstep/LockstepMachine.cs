using VmmEngine.Backends;
using VmmEngine.Platform;

namespace VmmEngine.Guests.Lockstep;

/// <summary>What one side of a comparison is made of.</summary>
/// <param name="Factory">Makes its back end.</param>
/// <param name="Clock">
/// Not null: interrupt controller and interval timer are the engine's, and this is their time, which the back end counts. Null: the back end has its
/// own, or there are none.
/// </param>
public sealed record LockstepMachine(BackendFactory Factory, InstructionClock? Clock = null);
