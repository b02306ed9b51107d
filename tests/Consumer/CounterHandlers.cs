using VmmEngine.Locks;

namespace Counter;

/// <summary>What the rows do once their locks are held.</summary>
public partial struct CounterHandlers
{
    public static unsafe int Add(in CounterCall call, Vcpu* vcpu, ref counter_add argument)
    {
        call.Counters[vcpu->Id] += argument.amount;
        argument.value = call.Counters[vcpu->Id];
        return 0;
    }

    public static int Total(in CounterCall call, ref counter_total argument)
    {
        argument.total = call.Counters.Sum();
        return 0;
    }

    public static int Reset(in CounterCall call)
    {
        Array.Clear(call.Counters);
        return 0;
    }
}
