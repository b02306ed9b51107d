using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public class VcpuTransitionsTests
{
    private static readonly (VcpuState From, VcpuState To)[] Legal =
    [
        (VcpuState.Absent, VcpuState.Idle),
        (VcpuState.Idle, VcpuState.Frozen),
        (VcpuState.Frozen, VcpuState.Idle),
        (VcpuState.Frozen, VcpuState.Running),
        (VcpuState.Frozen, VcpuState.Sleeping),
        (VcpuState.Running, VcpuState.Frozen),
        (VcpuState.Sleeping, VcpuState.Frozen),
    ];

    [Fact]
    public void SevenOfTheTwentyFiveTransitionsAreLegal()
    {
        VcpuState[] states = Enum.GetValues<VcpuState>();
        Assert.Equal(5, states.Length);

        foreach (VcpuState from in states)
        {
            foreach (VcpuState to in states)
            {
                Assert.True(Legal.Contains((from, to)) == VcpuTransitions.IsLegal(from, to), $"{from} to {to}");
            }
        }
    }

    [Fact]
    public void StatesHaveUpstreamsNumbers()
    {
        Assert.Equal(0u, (uint)VcpuState.Idle);
        Assert.Equal(1u, (uint)VcpuState.Frozen);
        Assert.Equal(2u, (uint)VcpuState.Running);
        Assert.Equal(3u, (uint)VcpuState.Sleeping);
    }
}
