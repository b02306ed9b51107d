using VmmEngine.FreeBsd;
using Xunit;

namespace VmmEngine.Tests.FreeBsd;

public class VmListTests
{
    private const int Attempts = 5;
    private const int Vms = 20;

    [Fact]
    public void AddingAllocatesNothingOnceThereIsRoom()
    {
        Vm vm = new OneVm().Vm.Vm;

        // The runtime itself may allocate on this thread once in a while.
        Assert.Equal(0, Enumerable.Range(0, Attempts).Min(_ => BytesToAdd(vm)));
    }

    private static long BytesToAdd(Vm vm)
    {
        VmList list = new(new FreeBsdHostOptions());
        long bytes = 0;
        for (int count = 0; count < Vms; count++)
        {
            list.ReserveOne();
            long before = GC.GetAllocatedBytesForCurrentThread();
            list.Add(vm);
            bytes += GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(Vms, list.Count);
        return bytes;
    }
}
