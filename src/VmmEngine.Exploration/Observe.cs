using System.Runtime.CompilerServices;
using VmmEngine.Exploration.Replay;

namespace VmmEngine.Exploration;

/// <summary>
/// What code under exploration says about itself. Only callable from a step of a <see cref="World"/> thread.
/// </summary>
/// <remarks>
/// Observations are not memory accesses: no store buffer delays them and no schedule is counted for them.
/// <see cref="Enter"/> and <see cref="Record"/> take effect together with the access before them, <see cref="Leave"/> together with the access after it,
/// so a thread counts as inside for as long as any placement between its own accesses would allow. Overlaps are therefore found whenever one exists,
/// and none is invented: every placement between two accesses of one thread is a real schedule.
/// </remarks>
public static class Observe
{
    /// <summary>The calling thread is inside <paramref name="resource"/> from here on.</summary>
    /// <param name="resource">0 to 31, as declared with <see cref="World.Resource"/>.</param>
    /// <param name="mode">Exclusive or shared.</param>
    public static void Enter(int resource, HoldMode mode = HoldMode.Exclusive) =>
        Rerun.Current.Observe(new Observation(ObservationKind.Enter, Holds.Bit(resource, mode), 0));

    /// <summary>The calling thread is no longer inside <paramref name="resource"/>.</summary>
    /// <param name="resource">The number given to <see cref="Enter"/>.</param>
    /// <param name="mode">The mode given to <see cref="Enter"/>.</param>
    public static void Leave(int resource, HoldMode mode = HoldMode.Exclusive) =>
        Rerun.Current.Observe(new Observation(ObservationKind.Leave, Holds.Bit(resource, mode), 0));

    /// <summary>Keeps <paramref name="value"/> in <paramref name="word"/> for the promises about the end of a schedule; never buffered.</summary>
    /// <param name="word">A word of the world that no controlled access touches.</param>
    /// <param name="value">The value to keep.</param>
    public static unsafe void Record(ref uint word, uint value) =>
        Rerun.Current.Record((nint)Unsafe.AsPointer(ref word), value);
}
