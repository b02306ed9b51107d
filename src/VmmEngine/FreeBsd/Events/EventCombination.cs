using VmmEngine.Backends;

namespace VmmEngine.FreeBsd;

/// <summary>What becomes of an event whose delivery raised an exception: the processor's table of double faults (Intel SDM volume 3, table 6-5).</summary>
internal static class EventCombination
{
    private const byte DoubleFault = 8;

    /// <summary>Combines the two.</summary>
    /// <param name="first">The event whose delivery was interrupted.</param>
    /// <param name="second">The exception that interrupted it.</param>
    /// <param name="result">What is to be delivered: the exception, whose handler returns to where the first event is raised again; or a double fault.</param>
    /// <returns>False for a triple fault: the first was a double fault already.</returns>
    public static bool TryCombine(in VcpuEvent first, in VcpuEvent second, out VcpuEvent result)
    {
        result = second;
        if (first is { Kind: EventKind.Exception, Vector: DoubleFault })
        {
            return false;
        }

        bool isDouble = ClassOf(first) switch
        {
            EventClass.Contributory => ClassOf(second) == EventClass.Contributory,
            EventClass.PageFault => ClassOf(second) != EventClass.Benign,
            _ => false,
        };
        if (isDouble)
        {
            result = VcpuEvent.Exception(DoubleFault, errorCode: 0);
        }

        return true;
    }

    private static EventClass ClassOf(in VcpuEvent what) => what.Kind != EventKind.Exception ? EventClass.Benign : what.Vector switch
    {
        0 or 10 or 11 or 12 or 13 => EventClass.Contributory, // #DE #TS #NP #SS #GP
        14 or 20 => EventClass.PageFault, // #PF #VE
        _ => EventClass.Benign,
    };

    private enum EventClass
    {
        Benign,
        Contributory,
        PageFault,
    }
}
