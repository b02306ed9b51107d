using VmmEngine.Exploration.Replay;

namespace VmmEngine.Exploration.States;

/// <summary>Words an access for a trace.</summary>
internal static class AccessText
{
    public static string Of(World world, Operation operation, ulong result, in ThreadState after)
    {
        string word = operation.Variable < 0 ? "" : world.Variables[operation.Variable].Name;
        return operation.Kind switch
        {
            OperationKind.Read => $"reads {word}: 0x{result:X}",
            OperationKind.Write => $"stores {word} = 0x{operation.Value:X} (buffered)",
            OperationKind.CompareExchange when result == operation.Comparand => $"swaps {word} from 0x{result:X} to 0x{operation.Value:X}",
            OperationKind.CompareExchange => $"fails to swap {word} from 0x{operation.Comparand:X} to 0x{operation.Value:X}: it is 0x{result:X}",
            OperationKind.Exchange => $"exchanges {word}: 0x{result:X} becomes 0x{operation.Value:X}",
            OperationKind.Add => $"adds {(int)operation.Value} to {word}: 0x{result:X} becomes 0x{(uint)(result + operation.Value):X}",
            OperationKind.Or => $"ors 0x{operation.Value:X} into {word}: 0x{result:X} becomes 0x{result | operation.Value:X}",
            OperationKind.And => $"ands {word} with 0x{operation.Value:X}: 0x{result:X} becomes 0x{result & operation.Value:X}",
            OperationKind.Barrier => after.BarrierWaitsFor == 0 ? "process-wide barrier, at once" : "process-wide barrier begins",
            OperationKind.Wait => after.IsAsleep ? $"sleeps on {word} while it is 0x{operation.Value:X}" : $"need not sleep on {word}: it is no longer 0x{operation.Value:X}",
            OperationKind.Wake => $"wakes whoever sleeps on {word}",
            _ => operation.Kind.ToString(),
        };
    }
}
