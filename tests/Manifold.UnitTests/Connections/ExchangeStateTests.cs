using Manifold.Connections;
using Xunit;

namespace Manifold.UnitTests.Connections;

public class ExchangeStateTests
{
    private static readonly ExchangeSlot<string> s_words = new();
    private static readonly ExchangeSlot<List<int>> s_numbers = new();

    [Fact]
    public void A_slot_is_empty_until_something_is_put_there()
    {
        var state = new ExchangeState();
        Assert.Null(state.Get(s_words));
        state.Set(s_words, "a");
        Assert.Equal("a", state.Get(s_words));
        Assert.Null(state.Get(s_numbers));
        state.Set(s_words, null);
        Assert.Null(state.Get(s_words));
    }

    [Fact]
    public void A_value_is_made_once()
    {
        var state = new ExchangeState();
        state.Of(s_numbers).Add(1);
        state.Of(s_numbers).Add(2);
        Assert.Equal([1, 2], state.Get(s_numbers)!);
    }

    [Fact]
    public void A_slot_made_after_the_first_use_has_its_place()
    {
        var state = new ExchangeState();
        state.Set(s_words, "a");
        var later = new ExchangeSlot<string>();
        Assert.Null(state.Get(later));
        state.Set(later, "b");
        Assert.Equal(("a", "b"), (state.Get(s_words), state.Get(later)));
    }

    [Fact]
    public void Two_slots_of_a_type_are_two()
    {
        var other = new ExchangeSlot<string>();
        var state = new ExchangeState();
        state.Set(other, "b");
        Assert.Null(state.Get(s_words));
    }

    [Fact]
    public void Nothing_is_left_when_it_is_cleared()
    {
        var state = new ExchangeState();
        state.Set(s_words, "a");
        state.Clear();
        Assert.Null(state.Get(s_words));
        state.Set(s_words, "c");
        Assert.Equal("c", state.Get(s_words));
    }

    [Fact]
    public void What_is_used_again_and_again_allocates_once()
    {
        var state = new ExchangeState();
        Use();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Use();
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Use()
        {
            state.Set(s_words, "a");
            state.Clear();
        }
    }
}
