using VmmEngine.Locks;
using Xunit;

namespace VmmEngine.Tests.Locks;

public unsafe class SlotLockTests
{
    private readonly VmLockMemory _memory = new(1);

    private ref SlotLock Map => ref _memory.Locks->MemoryMap;

    [Fact]
    public void ReadersShare()
    {
        CallerLine* first = _memory.RentLine();
        CallerLine* second = _memory.RentLine();

        Assert.True(SlotLocks.TryEnterShared(ref Map, ref first->MemoryMap));
        Assert.True(SlotLocks.TryEnterShared(ref Map, ref second->MemoryMap));

        SlotLocks.ExitShared(ref Map, ref first->MemoryMap);
        SlotLocks.ExitShared(ref Map, ref second->MemoryMap);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void AReaderThatFindsAWriterLeavesNoMarker()
    {
        CallerLine* line = _memory.RentLine();
        SlotLocks.EnterExclusive(ref Map);

        Assert.False(SlotLocks.TryEnterShared(ref Map, ref line->MemoryMap));
        Assert.Equal(0u, line->MemoryMap);

        SlotLocks.ExitExclusive(ref Map);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void AWriterWaitsForEveryReaderAndKeepsNewOnesOut()
    {
        CallerLine* inside = _memory.RentLine();
        CallerLine* late = _memory.RentLine();
        SlotLocks.EnterShared(ref Map, ref inside->MemoryMap);

        Background writer = Background.Run(() => SlotLocks.EnterExclusive(ref Map));
        Background.Until(() => Volatile.Read(ref Map.Writer.Word) == 1);
        Assert.False(SlotLocks.TryEnterShared(ref Map, ref late->MemoryMap));
        Assert.False(writer.HasEnded);

        SlotLocks.ExitShared(ref Map, ref inside->MemoryMap);
        writer.Wait();
        SlotLocks.ExitExclusive(ref Map);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void AReaderWaitsForTheWriter()
    {
        CallerLine* line = _memory.RentLine();
        SlotLocks.EnterExclusive(ref Map);

        Background reader = Background.Run(() => SlotLocks.EnterShared(ref Map, ref line->MemoryMap));
        Background.Until(() => Volatile.Read(ref Map.Writer.Waiters) == 1);
        Assert.False(reader.HasEnded);

        SlotLocks.ExitExclusive(ref Map);
        reader.Wait();
        Assert.Equal(1u, line->MemoryMap);
        SlotLocks.ExitShared(ref Map, ref line->MemoryMap);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void MarkersOfDifferentLocksDoNotMix()
    {
        CallerLine* line = _memory.RentLine();
        SlotLocks.EnterShared(ref _memory.Locks->Gate, ref line->Gate);

        SlotLocks.EnterExclusive(ref Map); // would hang if it looked at the gate's marker
        SlotLocks.ExitExclusive(ref Map);

        SlotLocks.ExitShared(ref _memory.Locks->Gate, ref line->Gate);
        LockAssert.AllFree(_memory.Locks);
    }

    [Fact]
    public void ReadersNeverSeeAWritersHalfDoneWork()
    {
        const int Writes = 300;
        int left = 0;
        int right = 0;
        bool done = false;

        void Read()
        {
            CallerLine* line = _memory.RentLine();
            while (!Volatile.Read(ref done))
            {
                SlotLocks.EnterShared(ref Map, ref line->MemoryMap);
                Assert.Equal(Volatile.Read(ref left), Volatile.Read(ref right));
                SlotLocks.ExitShared(ref Map, ref line->MemoryMap);
            }

            LockMemory.ReturnLine(line);
        }

        void Write()
        {
            for (int write = 0; write < Writes; write++)
            {
                SlotLocks.EnterExclusive(ref Map);
                Volatile.Write(ref left, write);
                Thread.SpinWait(20);
                Volatile.Write(ref right, write);
                SlotLocks.ExitExclusive(ref Map);
            }

            Volatile.Write(ref done, true);
        }

        Background.RunAll(Read, Read, Write);
        LockAssert.AllFree(_memory.Locks);
        Assert.Equal(0, LockAssert.RentedLines(_memory.Locks->Lines));
    }
}
